package io.mcpgateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
  private static final Headers MESSAGE =
      Headers.of(
          "Accept", "application/json, text/event-stream",
          "X-One", "1",
          "ACCEPT", "text/plain ,, ",
          "x-one", "2");

  @ParameterizedTest
  @ValueSource(strings = {"X-One", "x-one", "X-ONE", "x-OnE"})
  void first_anyCase_isTheFirstValue(String name) {
    assertThat(MESSAGE.first(name)).contains("1");
    assertThat(MESSAGE.contains(name)).isTrue();
  }

  @Test
  void first_absentName_isEmpty() {
    assertThat(MESSAGE.first("X-On")).isEmpty();
    assertThat(MESSAGE.contains("X-On")).isFalse();
    assertThat(MESSAGE.all("X-On")).isEmpty();
    assertThat(MESSAGE.list("X-On")).isEmpty();
  }

  @Test
  void all_repeatedField_keepsOrderAndCommas() {
    assertThat(MESSAGE.all("x-ONE")).containsExactly("1", "2");
    assertThat(MESSAGE.all("accept"))
        .containsExactly("application/json, text/event-stream", "text/plain ,, ");
  }

  @Test
  void list_repeatedField_joinsMembersWithoutEmptyOnes() {
    assertThat(MESSAGE.list("accept"))
        .containsExactly("application/json", "text/event-stream", "text/plain");
  }

  @Test
  void iterator_severalFields_keepsOrderAndSpelling() {
    assertThat(MESSAGE)
        .extracting(Headers.Field::name)
        .containsExactly("Accept", "X-One", "ACCEPT", "x-one");
    assertThat(MESSAGE.size()).isEqualTo(4);
  }

  @Test
  void iterator_remove_isRefused() {
    var fields = MESSAGE.iterator();
    fields.next();
    assertThatThrownBy(fields::remove).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void set_repeatedField_leavesOne() {
    Headers changed = MESSAGE.toBuilder().set("x-One", "3").build();

    assertThat(changed.all("X-One")).containsExactly("3");
    assertThat(MESSAGE.all("X-One")).as("the original").containsExactly("1", "2");
  }

  @Test
  void remove_anyCase_removesAll() {
    Headers changed = MESSAGE.toBuilder().remove("ACCEPT").build();

    assertThat(changed).isEqualTo(Headers.of("X-One", "1", "x-one", "2"));
  }

  @Test
  void removeIf_predicate_getsNamesAsWritten() {
    Headers changed = MESSAGE.toBuilder().removeIf(name -> name.startsWith("x-")).build();

    assertThat(changed)
        .extracting(Headers.Field::name)
        .containsExactly("Accept", "X-One", "ACCEPT");
  }

  @Test
  void addAll_otherHeaders_standBehind() {
    Headers all = Headers.of("A", "1").toBuilder().addAll(Headers.of("a", "2")).build();

    assertThat(all).isEqualTo(Headers.of("A", "1", "a", "2")).hasSameHashCodeAs(all);
  }

  @Test
  void build_laterAdd_doesNotChangeEarlierResult() {
    Headers.Builder builder = Headers.builder().add("A", "1");
    Headers before = builder.build();
    builder.add("B", "2");

    assertThat(before).isEqualTo(Headers.of("A", "1"));
  }

  @Test
  void of_nameWithoutValue_isRefused() {
    assertThatThrownBy(() -> Headers.of("A", "1", "B"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: pairs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a b", "a:", "a\r\nb", "a\tb", "ä", "a\0", "(a)", "a,b", "a/b", "\"a\""})
  void add_malformedName_isRefused(String name) {
    assertThatThrownBy(() -> Headers.builder().add(name, "value"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("malformed header name (expected: an RFC 9110 token)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret\r\nSet-Cookie: a=b", "secret\n", "\rsecret", "sec\0ret"})
  void add_valueThatBreaksTheMessage_isRefusedWithoutQuotingIt(String value) {
    assertThatThrownBy(() -> Headers.builder().add("X-A", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("X-A: CR, LF or NUL in a header value");
    assertThatThrownBy(() -> Headers.builder().set("X-A", value))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, true",
    "Mcp-Param-x, true",
    "!#$%&'*+-.^_`|~, true",
    "a=b, false",
    "a@b, false"
  })
  void isToken_followsRfc9110(String text, boolean expected) {
    assertThat(Headers.isToken(text.replace("''", "'"))).isEqualTo(expected);
  }

  @Test
  void toString_credentials_areNotShown() {
    Headers headers = Headers.of("Authorization", "Bearer canary-7531", "Accept", "a/b");

    assertThat(headers.toString()).isEqualTo("[Authorization, Accept]");
    assertThat(headers.iterator().next().toString())
        .contains("Authorization")
        .doesNotContain("canary-7531");
  }
}
