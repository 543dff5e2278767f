package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.RotationId;
import dev.postern.RotationTag;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.Predecessor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The values that the tests share; the canaries must never turn up in what a person could read. */
final class Keys {
  static final String CANARY_ADMIN_KEY = "canary-admin-0123456789";
  static final String CANARY_NEW_KEY = "canary-new-9876543210";
  static final String CANARY_OLD_KEY = "canary-old-5554443332";
  static final String CANARY_BODY = "canary-body";
  static final String KEY_ID = "f2153fd0-f1277777";
  static final CredentialScope SENDING =
      new CredentialScope(SecretKind.MAILGUN_SENDING_KEY, "mg.example.com");
  static final CredentialScope ACCOUNT = new CredentialScope(SecretKind.MAILGUN_ACCOUNT_KEY, "");
  static final RotationTag TAG =
      new RotationTag(
          "prod-eu",
          new SecretName("sending-key"),
          new RotationId(UUID.fromString("11111111-2222-4333-8444-555555555555")));

  /** What the keys made here replace. */
  static final Predecessor OLD = new Predecessor(Optional.of("old-id"), fields(CANARY_OLD_KEY));

  private Keys() {}

  static SecretFields fields(String apiKey) {
    return SecretFields.takeOwnershipOf(Map.of("api_key", SecretBytes.ofUtf8(apiKey)));
  }

  static String keyJson(String id, String more) {
    return """
    {"id":"%s","description":"%s","kind":"domain","role":"sending",
     "created_at":"2026-11-21T10:00:00","updated_at":"2026-11-21T10:00:00","requestor":null,
     "user_name":null,"domain_name":"mg.example.com","is_disabled":false%s}"""
        .formatted(id, TAG, more);
  }

  static Answer created() {
    return Answer.json(
        200,
        "{\"message\":\"great success\",\"key\":"
            + keyJson(KEY_ID, ",\"secret\":\"" + CANARY_NEW_KEY + "\"")
            + "}");
  }

  static Answer listed(String... keys) {
    return Answer.json(
        200, "{\"total_count\":" + keys.length + ",\"items\":[" + String.join(",", keys) + "]}");
  }

  /** That it fails so, and that nothing secret is in the failure. */
  static void assertFails(Class<? extends Throwable> type, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(type).satisfies(Keys::assertNoCanaryIn);
  }

  /** Message, causes and stack, as a log would show them. */
  static void assertNoCanaryIn(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    assertNoCanaryIn(text.toString());
  }

  static void assertNoCanaryIn(String text) {
    assertThat(text.toLowerCase(Locale.ROOT))
        .doesNotContain("canary")
        // "canary" in base64, at each of the three alignments, in lower case.
        .doesNotContain("y2fuyxj5")
        .doesNotContain("nhbmfyes")
        .doesNotContain("jyw5hcnkt");
  }
}
