package dev.postern.store.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The credentials of the test JVM: profiles of a file, one per role. */
final class Surroundings {
  static final String ROTATOR = "rotator";
  static final String READER = "reader";
  static final String MANY = "many";
  static final String STRANGER = "stranger";

  static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Path POLICIES = Path.of("../../deploy/policies");

  private Surroundings() {}

  /** A fake that knows all of them but the stranger. */
  static FakeSecretsManager fake() {
    FakeSecretsManager fake = FakeSecretsManager.start();
    admitAll(fake);
    return fake;
  }

  static void admitAll(FakeSecretsManager fake) {
    fake.admit(key(ROTATOR), policy("aws-rotator.json"));
    fake.admit(key(READER), policy("aws-reader.json"));
    fake.admit(key(MANY), IamPolicy.read(file("aws-reader.json"), file("aws-many.json")));
  }

  static IamPolicy policy(String name) {
    return IamPolicy.read(file(name));
  }

  static void profiles(Path directory) {
    StringBuilder text = new StringBuilder();
    for (String profile : new String[] {ROTATOR, READER, MANY, STRANGER}) {
      text.append(
          "[%s]%naws_access_key_id=%s%naws_secret_access_key=secret-of-%s%n"
              .formatted(profile, key(profile), profile));
    }
    try {
      Path file = Files.writeString(directory.resolve("credentials"), text);
      System.setProperty("aws.sharedCredentialsFile", file.toString());
      System.setProperty("aws.configFile", directory.resolve("config").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AwsConfig config(FakeSecretsManager fake, String profile) {
    return config(fake, profile, TIMEOUT);
  }

  static AwsConfig config(FakeSecretsManager fake, String profile, Duration timeout) {
    return new AwsConfig(
        "aws",
        Optional.of(fake.region()),
        Optional.of(profile),
        Optional.of(fake.endpoint()),
        Optional.empty(),
        false,
        false,
        timeout);
  }

  static String key(String profile) {
    return "AKIA" + (profile.toUpperCase(Locale.ROOT) + "0".repeat(16)).substring(0, 16);
  }

  private static Path file(String name) {
    return POLICIES.resolve(name);
  }
}
