//go:build tools

// Package lab names the programs that the lab has Go build.
package lab

import _ "github.com/summerwind/h2spec/cmd/h2spec"
