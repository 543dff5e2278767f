package dev.postern.sidecar.templates;

import static dev.postern.sidecar.templates.TemplateFixtures.MAILGUN;
import static dev.postern.sidecar.templates.TemplateFixtures.key;
import static dev.postern.sidecar.templates.TemplateFixtures.login;
import static dev.postern.sidecar.templates.TemplateFixtures.subject;
import static dev.postern.sidecar.templates.TemplateFixtures.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.SecretKind;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documented keys of each kind, and values that programs must get as they are. */
final class BuiltinTemplateTest {

  @Test
  void dotenvOfASendingKeyHasTheNamesOfLaravelNodeAndDjango() {
    assertThat(text(BuiltinTemplate.DOTENV.render(key("key-1"))))
        .isEqualTo(
            """
            MAILGUN_SECRET=key-1
            MAILGUN_API_KEY=key-1
            MAILGUN_DOMAIN=mg.example.com
            MAILGUN_SENDER_DOMAIN=mg.example.com
            MAILGUN_ENDPOINT=api.eu.mailgun.net
            MAILGUN_API_URL=https://api.eu.mailgun.net/v3
            """);
  }

  @Test
  void dotenvOfALoginHasServerLoginAndPassword() {
    assertThat(text(BuiltinTemplate.DOTENV.render(login("a@mg.example.com", "p w"))))
        .isEqualTo(
            """
            MAIL_HOST=smtp.eu.mailgun.org
            EMAIL_HOST=smtp.eu.mailgun.org
            SMTP_HOST=smtp.eu.mailgun.org
            MAIL_PORT=587
            EMAIL_PORT=587
            SMTP_PORT=587
            MAIL_USERNAME=a@mg.example.com
            EMAIL_HOST_USER=a@mg.example.com
            SMTP_USER=a@mg.example.com
            MAIL_PASSWORD='p w'
            EMAIL_HOST_PASSWORD='p w'
            SMTP_PASS='p w'
            """);
  }

  @Test
  void dotenvOfAStaticSecretHasItsOwnFields() {
    assertThat(
            text(
                BuiltinTemplate.DOTENV.render(
                    subject(SecretKind.STATIC, Map.of(), "db.password", "x", "name", "y"))))
        .isEqualTo("DB_PASSWORD=x\nNAME=y\n");
  }

  @Test
  void springReadsBackWhatWasWritten() throws IOException {
    String password = " a\\b=c:d#e!f\u00e9\ud83d\ude00\tg ";
    Properties read = new Properties();
    read.load(new StringReader(text(BuiltinTemplate.SPRING.render(login("a@b.c", password)))));

    assertThat(read)
        .containsOnly(
            Map.entry("spring.mail.host", "smtp.eu.mailgun.org"),
            Map.entry("spring.mail.port", "587"),
            Map.entry("spring.mail.username", "a@b.c"),
            Map.entry("spring.mail.password", password));
  }

  @Test
  void postfixAndMsmtpGetServerLoginAndPassword() {
    assertThat(text(BuiltinTemplate.POSTFIX_SASL_PASSWD.render(login("a@b.c", "p:w d"))))
        .isEqualTo("[smtp.eu.mailgun.org]:587 a@b.c:p:w d\n");
    assertThat(text(BuiltinTemplate.MSMTP.render(login("a@b.c", "p'w\\ d"))))
        .isEqualTo(
            """
            account postern
            host "smtp.eu.mailgun.org"
            port "587"
            tls on
            tls_starttls on
            auth on
            user "a@b.c"
            password "p'w\\ d"
            account default : postern
            """);
  }

  @Test
  void jsonReadsBackWhatWasWritten() throws IOException {
    String value = "a\"b\\c\n\u0001\u00e9\ud83d\ude00{{domain}}</script>";

    Map<String, Object> read = JSON.std.mapFrom(text(BuiltinTemplate.JSON.render(key(value))));

    assertThat(read)
        .containsEntry("name", "some-secret")
        .containsEntry("kind", "mailgun-sending-key")
        .containsEntry("version", "7")
        .containsEntry("attributes", MAILGUN)
        .containsEntry("fields", Map.of("api_key", value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\\b", "it's \"q\"", "it's $x"})
  void valueThatDotenvReadersWouldReadDifferentlyIsRefusedAndNotShown(String value) {
    assertThatThrownBy(() -> BuiltinTemplate.DOTENV.render(key(value)))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("field api_key has a character that cannot stand in a .env file")
        .hasMessageNotContaining(value);
  }

  @Test
  void valuesThatNeedQuotesGetThoseThatLeaveThemAlone() {
    assertThat(text(BuiltinTemplate.DOTENV.render(key("a#b$c \"d\""))))
        .startsWith("MAILGUN_SECRET='a#b$c \"d\"'\n");
    assertThat(text(BuiltinTemplate.DOTENV.render(key("it's"))))
        .startsWith("MAILGUN_SECRET=\"it's\"\n");
    assertThat(text(BuiltinTemplate.DOTENV.render(key("")))).startsWith("MAILGUN_SECRET=''\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {" a", "a ", "a\nb", ""})
  void passwordThatPostfixWouldChangeIsRefused(String password) {
    assertThatThrownBy(() -> BuiltinTemplate.POSTFIX_SASL_PASSWD.render(login("a@b.c", password)))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("field password");
  }

  @Test
  void placeholderThatSpringWouldResolveIsRefused() {
    assertThatThrownBy(() -> BuiltinTemplate.SPRING.render(key("a${b}")))
        .hasMessage("field api_key holds a placeholder, which Spring would resolve");
  }

  @Test
  void templateThatNeedsALoginRefusesAKey() {
    assertThatThrownBy(() -> BuiltinTemplate.MSMTP.render(key("x")))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("which this secret has not");
  }

  @ParameterizedTest
  @EnumSource
  void builtinIsFoundByItsName(BuiltinTemplate template) {
    assertThat(BuiltinTemplate.ofWireName(template.wireName())).contains(template);
  }
}
