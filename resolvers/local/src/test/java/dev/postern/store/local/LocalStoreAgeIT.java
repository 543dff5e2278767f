package dev.postern.store.local;

import static dev.postern.store.local.LocalStoreScene.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file is plain age: the distribution's own program reads it and writes it. */
final class LocalStoreAgeIT {
  @TempDir private Path directory;

  @BeforeEach
  void findPrograms() {
    for (String program : List.of("age", "age-keygen")) {
      boolean found =
          List.of(System.getenv("PATH").split(":")).stream()
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
      if (!found && Boolean.getBoolean("postern.programs.required")) {
        fail("the program " + program + " is required and not on the PATH; install age");
      } else if (!found) {
        abort("the program " + program + " is not on the PATH");
      }
    }
  }

  @Test
  void ageDecryptsWhatThisStoreWrites() throws Exception {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    scene.put("api_key", SECRET);
    String plain = run("age", "-d", "-i", scene.identity().toString(), scene.file().toString());
    String value = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    assertThat(plain)
        .startsWith("{\"format\":\"postern-local-store\",\"version\":1,")
        .contains("\"api_key\":\"" + value + "\"");
  }

  @Test
  void whatAgeEncryptsIsReadByThisStore() throws Exception {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    scene.put("api_key", SECRET);
    Path plain = directory.resolve("plain.json");
    run("age", "-d", "-i", scene.identity().toString(), "-o", plain.toString(), store(scene));
    String recipient = run("age-keygen", "-y", scene.identity().toString()).strip();
    Files.delete(scene.file());
    run("age", "-r", recipient, "-o", store(scene), plain.toString());
    assertThat(scene.current("api_key")).isEqualTo(SECRET);
    assertThat(scene.put("login", "me").id()).as("and written on").isEqualTo("2");
  }

  @Test
  void identityOfAgeKeygenIsUsedByInit() throws Exception {
    LocalStoreScene scene = LocalStoreScene.at(directory);
    run("age-keygen", "-o", scene.identity().toString());
    LocalStoreFactory.init(scene.config);
    scene.put("api_key", SECRET);
    assertThat(scene.current("api_key")).isEqualTo(SECRET);
    try (AgeIdentity identity = AgeIdentity.read(scene.config)) {
      assertThat(identity.recipient())
          .isEqualTo(run("age-keygen", "-y", scene.identity().toString()).strip());
    }
  }

  private static String store(LocalStoreScene scene) {
    return scene.file().toString();
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("%s ended", command[0]).isTrue();
    assertThat(process.exitValue()).as("%s succeeded", command[0]).isZero();
    return output;
  }
}
