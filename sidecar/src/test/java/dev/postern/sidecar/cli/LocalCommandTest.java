package dev.postern.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretBytes;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoredSecret;
import dev.postern.store.local.LocalConfig;
import dev.postern.store.local.LocalStoreFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalCommandTest {
  private static final String SECRET = "key-0123456789abcdef";

  @TempDir private Path directory;
  private TestSurroundings surroundings = new TestSurroundings();

  @BeforeEach
  void init() {
    assertThat(local("init")).isZero();
  }

  @Test
  void initPrintsBothPathsAndWhatToPasteIntoTheConfig() {
    assertThat(surroundings.stdout())
        .contains("store:    " + file(), "identity: " + identity())
        .contains(
            "stores:\n  local: {type: local, file: %s, identity: %s}\n"
                .formatted(file(), identity()))
        .contains("postern local put mail/sending --field api_key --file " + file());
  }

  @Test
  void initNeverTouchesAStoreThatExists() {
    put(SECRET);

    assertThat(local("init")).isEqualTo(3);
    assertThat(surroundings.stderr()).contains("exists already and is never overwritten");
    assertThat(stored()).isEqualTo(SECRET);
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "'\n', ''", "'\r\n', ''", "'\n\n', '\n'", "' ', ' '"})
  void oneLineEndIsNotPartOfTheValue(String after, String kept) {
    assertThat(put(SECRET + after)).isZero();
    assertThat(stored()).isEqualTo(SECRET + kept);
  }

  @Test
  void valueIsNeverPrinted() {
    put(SECRET);
    String afterPut = surroundings.stdout() + surroundings.stderr();
    local("list");
    String afterList = surroundings.stdout() + surroundings.stderr();

    assertThat(afterPut).contains("mail/sending: api_key stored, version 1");
    assertThat(afterPut + afterList).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @CsvSource({"''", "'\n'", "'\r\n'"})
  void emptyValueIsRefused(String value) {
    assertThat(put(value)).isEqualTo(2);
    assertThat(surroundings.stderr()).contains("the value is empty");
  }

  @Test
  void hugeValueIsRefused() {
    assertThat(put("x".repeat(64 * 1024 + 1))).isEqualTo(2);
    assertThat(surroundings.stderr()).contains("larger than 64 KiB");
  }

  @Test
  void valueTypedUnseenIsStored() {
    fresh();
    surroundings.inputIsTerminal = true;
    char[] typed = SECRET.toCharArray();
    surroundings.hidden = Optional.of(typed);

    assertThat(local("put", "mail/sending", "--field", "api_key")).isZero();
    assertThat(stored()).isEqualTo(SECRET);
    assertThat(typed).containsOnly('\0');
  }

  @Test
  void valueIsNotTypedWhereItCanBeSeen() {
    fresh();
    surroundings.inputIsTerminal = true;

    assertThat(local("put", "mail/sending", "--field", "api_key")).isEqualTo(2);
    assertThat(surroundings.stderr()).contains("pipe it in");
  }

  @Test
  void listShowsPathsFieldsAndVersions() {
    put("one");
    put("two");
    fresh();

    assertThat(local("list")).isZero();
    assertThat(surroundings.stdout())
        .containsPattern("PATH +FIELDS +VERSION +PENDING +PREVIOUS")
        .containsPattern("mail/sending +api_key +2 +- +1 ");
    fresh();
    assertThat(local("list", "--json")).isZero();
    assertThat(surroundings.stdout())
        .startsWith("{\"secrets\":[{\"path\":\"mail/sending\",\"fields\":[\"api_key\"]");
  }

  @Test
  void emptyStoreSaysHowToFillIt() {
    assertThat(local("list")).isZero();
    assertThat(surroundings.stderr()).contains("postern local put PATH --field F");
  }

  @Test
  void illegalFieldIsRefused() {
    fresh();
    surroundings.input = SECRET.getBytes(StandardCharsets.UTF_8);

    assertThat(local("put", "mail/sending", "--field", "API KEY")).isEqualTo(2);
    assertThat(surroundings.stderr()).contains("a field name is");
  }

  @Test
  void missingStoreSaysHowToMakeOne() {
    fresh();
    Path elsewhere = directory.resolve("elsewhere.age");

    assertThat(
            surroundings.run(
                directory,
                "local",
                "list",
                "--file",
                elsewhere.toString(),
                "--identity",
                identity().toString()))
        .isEqualTo(3);
    assertThat(surroundings.stderr()).contains("postern local init");
  }

  private int put(String value) {
    fresh();
    surroundings.input = value.getBytes(StandardCharsets.UTF_8);
    return local("put", "mail/sending", "--field", "api_key");
  }

  private int local(String... arguments) {
    List<String> all = new ArrayList<>(List.of("local"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--file", file().toString(), "--identity", identity().toString()));
    return surroundings.run(directory, all.toArray(String[]::new));
  }

  private void fresh() {
    surroundings = new TestSurroundings();
  }

  private String stored() {
    try (SecretStore store = LocalStoreFactory.open(new LocalConfig("local", file(), identity()));
        StoredSecret secret = store.readCurrent(new SecretPath("mail/sending"))) {
      return secret.fields().field("api_key").map(SecretBytes::exposeUtf8).orElse("");
    }
  }

  private Path file() {
    return directory.resolve("postern.age");
  }

  private Path identity() {
    return directory.resolve("postern.identity");
  }
}
