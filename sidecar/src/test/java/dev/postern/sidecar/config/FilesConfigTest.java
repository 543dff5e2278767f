package dev.postern.sidecar.config;

import static dev.postern.sidecar.config.ConfigFixtures.config;
import static dev.postern.sidecar.config.ConfigFixtures.errors;
import static dev.postern.sidecar.config.ConfigFixtures.minimal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.sidecar.config.FileConfig.Content;
import dev.postern.sidecar.config.FileConfig.Folder;
import dev.postern.sidecar.config.HookConfig.SignalName;
import dev.postern.sidecar.templates.BuiltinTemplate;
import dev.postern.sidecar.templates.Quoting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of {@code files}, and what each mistake there is answered with. */
final class FilesConfigTest {
  private static final String AT = ": error: secrets.sending-key.files[0]";

  @TempDir private Path directory;

  private static String with(String files) {
    return minimal() + "    files:\n" + files.indent(6);
  }

  private static String one(String keys) {
    return with("- {path: /secrets/key" + (keys.isEmpty() ? "" : ", " + keys) + "}");
  }

  private static List<FileConfig> files(String yaml) {
    return Objects.requireNonNull(config(yaml).secrets().get(new SecretName("sending-key")))
        .files();
  }

  @Test
  void shortestFileHoldsTheKeyForTheAgentsUserOnly() {
    assertThat(files(one("")))
        .containsExactly(
            new FileConfig(
                Path.of("/secrets/key"),
                Folder.PRIVATE,
                new Content.Raw("api_key"),
                0400,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void filesAreReadWithAllTheirKeys() {
    List<FileConfig> read =
        files(
            with(
                """
                - {path: /secrets/a, field: api_key, mode: "0440", owner: root, group: 8}
                - {path: /secrets/b, template: dotenv, on-change: {signal: SIGHUP, pid-file: /run/a.pid}}
                - {path: /secrets/c, template: json, on-change: {signal: USR1, process: app}}
                - {path: /secrets/d, template: spring, on-change: {command: [/bin/a, b, 3], timeout: 5s}}
                - {path: /etc/x/e, on-change: {http: {method: PUT, url: "http://127.0.0.1:8080/reload"}}}
                """));

    assertThat(read).extracting(FileConfig::mode).containsExactly(0440, 0400, 0400, 0400, 0400);
    assertThat(read.getFirst().owner()).contains("root");
    assertThat(read.getFirst().group()).contains("8");
    assertThat(read.get(1).content()).isEqualTo(new Content.Builtin(BuiltinTemplate.DOTENV));
    assertThat(read.stream().skip(1).map(FileConfig::onChange))
        .containsExactly(
            Optional.of(new HookConfig.SignalPidFile(SignalName.HUP, Path.of("/run/a.pid"))),
            Optional.of(new HookConfig.SignalProcess(SignalName.USR1, "app")),
            Optional.of(new HookConfig.Command(List.of("/bin/a", "b", "3"), Duration.ofSeconds(5))),
            Optional.of(
                new HookConfig.Http(
                    "PUT", URI.create("http://127.0.0.1:8080/reload"), Duration.ofSeconds(10))));
  }

  @Test
  void whatIsSaidOfAFolderIsSaidOfAllFilesInIt() {
    assertThat(
            files(
                with(
                    """
                    - {path: /secrets/a, folder: pod-volume}
                    - {path: /secrets/b, folder: pod-volume}
                    - {path: /other/c}
                    """)))
        .extracting(FileConfig::folder)
        .containsExactly(Folder.POD_VOLUME, Folder.POD_VOLUME, Folder.PRIVATE);

    assertThat(errors(with("- {path: /secrets/a, folder: pod-volume}\n- {path: /secrets/b}")))
        .singleElement()
        .asString()
        .contains("files[1]", "another file in this folder says otherwise; say it of all of them");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "fied: api_key | : unknown key 'fied'; did you mean 'field'?",
        "field: api_kye | .field: a mailgun-sending-key has no such field; it has api_key; did you"
            + " mean 'api_key'?",
        "template: dotnev | .template: no built-in template has this name, and a file is named with"
            + " its folder; did you mean 'dotenv'?",
        "template: ./none.mustache | .template: there is no such file",
        "template: postfix-sasl-passwd | .template: this template needs 'login', and a"
            + " mailgun-sending-key has none",
        "mode: `\"0444\"` | .mode: the mode gives access to everyone on the machine; the last digit"
            + " must be 0",
        "mode: `\"0040\"` | .mode: its owner must be able to read it; begin with 04",
        "folder: emptydir | .folder: expected private or pod-volume, found 'emptydir'",
        "owner: rooot | .owner: this machine has no user 'rooot'; did you mean 'root'?",
        "on-change: {} | .on-change: 'signal', 'command' or 'http' is missing",
        "on-change: {signal: HPU, pid-file: /run/a.pid} | .on-change.signal: expected HUP or INT or"
            + " QUIT or USR1 or USR2 or TERM or WINCH, found 'HPU'; did you mean 'HUP'?",
        "on-change: {signal: KILL, pid-file: /run/a.pid} | .on-change.signal: expected HUP or INT or"
            + " QUIT or USR1 or USR2 or TERM or WINCH, found 'KILL'",
        "on-change: {signal: HUP} | .on-change: 'pid-file' is missing; name the file with the"
            + " process's number, or its 'process'",
        "on-change: {command: [postmap]} | .on-change.command: the program must be named by its"
            + " whole path; there is no shell",
        "on-change: {command: []} | .on-change.command: the command is empty; name a program",
        "on-change: {command: /bin/true} | .on-change.command: expected a list, found a text",
        "on-change: {command: [/bin/true], timeout: 1h} | .on-change.timeout: expected a duration"
            + " from 100ms to 5m, found '1h'",
        "on-change: {http: {url: 'http://10.0.0.1/'}} | .on-change.http.url: a hook is called on"
            + " this machine only: 127.0.0.1 or [::1]",
        "on-change: {http: {url: 'https://127.0.0.1/'}} | .on-change.http.url: a hook is called on"
            + " this machine only, by http://",
        "on-change: {http: {url: 'http://127.0.0.1/'}, command: [/bin/true]} | .on-change: one of"
            + " 'signal', 'command' and 'http' is enough; give a second file for another",
      })
  void everyMistakeHasItsOwnMessage(String keys, String message) {
    assertThat(errors(one(keys.replace("`", ""))))
        .singleElement()
        .satisfies(error -> assertThat(error).endsWith(AT + message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secrets/key | expected an absolute path; begin with /",
        "/secrets/../key | a path with . or .. in it is not accepted here",
        "/key | a secret is kept in a folder of its own, not directly under /",
        "/secrets/..data | names that begin with two dots are kept for the versions",
      })
  void pathThatIsNoPlaceForASecretIsRefused(String path, String message) {
    assertThat(errors(with("- {path: " + path + "}")))
        .singleElement()
        .satisfies(error -> assertThat(error).endsWith(AT + ".path: " + message));
  }

  @Test
  void twoFilesWithOnePathAreRefused() {
    assertThat(errors(with("- {path: /secrets/a}\n- {path: /secrets/a, template: json}")))
        .containsExactly(
            "11:16: error: secrets.sending-key.files[1].path: another file of this config has the"
                + " same path");
  }

  @Test
  void templateOfOnesOwnIsReadAndItsNamesAreChecked() throws IOException {
    Path template = Files.writeString(directory.resolve("a.mustache"), "key = {{api_key}}\n");

    assertThat(files(one("template: " + template + ", escape: json")).getFirst().content())
        .isEqualTo(new Content.Custom(template, Quoting.JSON, "key = {{api_key}}\n"));

    Files.writeString(template, "{{#domian}}{{api_key}}{{/domian}}");
    assertThat(errors(one("template: " + template)))
        .singleElement()
        .satisfies(
            error ->
                assertThat(error)
                    .contains("the template asks for 'domian', which this secret has not"));
  }

  @Test
  void templateWithASecretInItIsRefusedWithoutShowingIt() throws IOException {
    String pasted = "key-" + "0123456789abcdef".repeat(2);
    Path template = Files.writeString(directory.resolve("a.mustache"), "key = " + pasted);

    assertThat(errors(one("template: " + template)))
        .singleElement()
        .satisfies(
            error -> assertThat(error).contains("looks like a secret").doesNotContain(pasted));
  }

  @Test
  void brokenTemplateIsRefused() throws IOException {
    Path template = Files.writeString(directory.resolve("a.mustache"), "{{#domain}}");
    assertThat(errors(one("template: " + template)))
        .singleElement()
        .satisfies(error -> assertThat(error).contains("a tag that is not closed"));

    Files.writeString(template, "{{> other}}");
    assertThat(errors(one("template: " + template)))
        .singleElement()
        .satisfies(error -> assertThat(error).contains("cannot include another one"));

    Files.write(template, new byte[] {(byte) 0xff});
    assertThat(errors(one("template: " + template)))
        .singleElement()
        .satisfies(error -> assertThat(error).contains("is not UTF-8 text"));
  }

  @Test
  void everySettingOfAFileChangesTheDigest() throws IOException {
    Path template = Files.writeString(directory.resolve("a.mustache"), "{{api_key}}");
    String own = one("template: " + template);
    String before = config(own).digest();
    Files.writeString(template, "{{api_key}}\n");

    assertThat(
            List.of(
                before,
                config(own).digest(),
                config(own.replace("mustache", "mustache, escape: json")).digest(),
                config(minimal()).digest(),
                config(one("")).digest(),
                config(one("mode: \"0440\"")).digest(),
                config(one("owner: 0")).digest(),
                config(one("group: 0")).digest(),
                config(one("template: json")).digest(),
                config(one("on-change: {signal: HUP, process: a}")).digest(),
                config(one("on-change: {signal: INT, process: a}")).digest()))
        .doesNotHaveDuplicates();
  }
}
