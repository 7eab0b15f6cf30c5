package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

const (
	issuer   = "https://issuer.test/realms/side-by-side"
	audience = "https://gateway.test/mcp"
	keyID    = "side-by-side"
)

// Writes a key as JWK set and as PEM, and a token of a day signed with it (RS256, 2048 bits).
func writeKeys(dir string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	set, err := json.Marshal(map[string]interface{}{"keys": []interface{}{map[string]string{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": keyID,
		"n": encode(key.N.Bytes()),
		"e": encode(big.NewInt(int64(key.E)).Bytes()),
	}}})
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	token, err := sign(key)
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"jwks.json": set,
		"key.pem":   pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}),
		"token":     []byte(token),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	tell(map[string]string{"issuer": issuer, "audience": audience})
	return nil
}

func sign(key *rsa.PrivateKey) (string, error) {
	header, err := json.Marshal(map[string]string{"alg": "RS256", "typ": "JWT", "kid": keyID})
	if err != nil {
		return "", err
	}
	now := time.Now().Unix()
	claims, err := json.Marshal(map[string]interface{}{
		"iss": issuer, "aud": audience, "sub": "someone", "client_id": "side-by-side", "scope": "openid mcp",
		"iat": now, "exp": now + 24*60*60,
	})
	if err != nil {
		return "", err
	}
	signed := encode(header) + "." + encode(claims)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	return signed + "." + encode(signature), err
}

func encode(bytes []byte) string {
	return base64.RawURLEncoding.EncodeToString(bytes)
}
