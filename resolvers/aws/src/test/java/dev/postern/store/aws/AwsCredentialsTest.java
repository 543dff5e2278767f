package dev.postern.store.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where the agent's own credentials come from, each way against those who give them. What an agent
 * finds in its environment is here in system properties, which the SDK takes for the same.
 */
@Timeout(60)
final class AwsCredentialsTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");
  private static final Duration SOON_OVER = Duration.ofSeconds(20);

  private static final String[] PROPERTIES = {
    "aws.accessKeyId",
    "aws.secretAccessKey",
    "aws.profile",
    "aws.sharedCredentialsFile",
    "aws.configFile",
    "aws.roleArn",
    "aws.webIdentityTokenFile",
    "aws.containerCredentialsFullUri",
    "aws.containerAuthorizationTokenFile",
    "aws.endpointUrlSts",
    "aws.disableEc2Metadata",
    "aws.ec2MetadataServiceEndpoint",
    "https.proxyHost",
    "https.proxyPort"
  };

  @TempDir private Path directory;
  private final FakeSecretsManager fake = FakeSecretsManager.start();
  private final FakeIdentities identities = new FakeIdentities(fake);

  @BeforeEach
  void surround() {
    Arrays.stream(PROPERTIES).forEach(System::clearProperty);
    fake.seed(PATH.value(), "the-key");
    System.setProperty("aws.sharedCredentialsFile", directory.resolve("credentials").toString());
    System.setProperty("aws.configFile", directory.resolve("config").toString());
    System.setProperty("aws.disableEc2Metadata", "true");
    System.setProperty("aws.endpointUrlSts", identities.at("").toString());
  }

  @AfterEach
  void close() {
    Arrays.stream(PROPERTIES).forEach(System::clearProperty);
    identities.close();
    fake.close();
  }

  @Test
  void keysInTheEnvironmentServe() {
    longTermKeys();
    try (SecretStore store = open(config())) {
      store.head(PATH);
    }
  }

  @Test
  void roleIsTakenOnWithItsExternalIdAndItsSessionIsShown() {
    longTermKeys();
    try (SecretStore store = open(config(FakeIdentities.EXTERNAL_ID))) {
      store.head(PATH);
      store.head(PATH);
    }
    assertThat(identities.grants()).singleElement().asString().startsWith("AssumeRole postern-");
  }

  @Test
  void roleThatIsRefusedIsDeniedWithWhatToDo() {
    longTermKeys();
    try (SecretStore store = open(config("somebody-elses"))) {
      assertThatExceptionOfType(StoreException.Denied.class)
          .isThrownBy(() -> store.head(PATH))
          .withMessageContaining("check its trust policy, the external id and the token")
          .withMessageNotContaining("canary")
          .withNoCause();
    }
  }

  @Test
  void sessionThatEndsIsRenewed() {
    longTermKeys();
    identities.grantFor(SOON_OVER);
    try (SecretStore store = open(config(FakeIdentities.EXTERNAL_ID))) {
      store.head(PATH);
      fake.forgetSessions();
      identities.grantFor(Duration.ofHours(1));
      store.head(PATH);
    }
    assertThat(identities.grants()).hasSizeGreaterThan(1);
  }

  @Test
  void projectedTokenServesAndIsReadAgainWhenItWasReplaced() {
    Path token = write("token", "token-of-the-morning");
    identities.accept("token-of-the-morning");
    identities.grantFor(SOON_OVER);
    System.setProperty("aws.roleArn", FakeIdentities.ROLE);
    System.setProperty("aws.webIdentityTokenFile", token.toString());
    try (SecretStore store = open(config())) {
      store.head(PATH);
      write("token", "token-of-the-evening");
      identities.accept("token-of-the-evening");
      fake.forgetSessions();
      store.head(PATH);
    }
    assertThat(identities.grants()).allMatch(how -> how.startsWith("AssumeRoleWithWebIdentity"));
  }

  /** And nobody else is asked, whose role would then be refused for another reason. */
  @Test
  void projectedTokenThatIsRefusedIsDeniedWithWhatToDo() {
    identities.accept("another-token");
    System.setProperty("aws.roleArn", FakeIdentities.ROLE);
    System.setProperty(
        "aws.webIdentityTokenFile", write("token", "token-of-the-morning").toString());
    try (SecretStore store = open(config())) {
      assertThatExceptionOfType(StoreException.Denied.class)
          .isThrownBy(() -> store.head(PATH))
          .withMessageContaining("check its trust policy, the external id and the token");
    }
  }

  @Test
  void roleOfThePodServesAndItsTokenIsReadAgainWhenItWasReplaced() {
    Path token = write("token", "token-of-the-morning");
    identities.accept("token-of-the-morning");
    identities.grantFor(SOON_OVER);
    System.setProperty(
        "aws.containerCredentialsFullUri", identities.at("/v1/credentials").toString());
    System.setProperty("aws.containerAuthorizationTokenFile", token.toString());
    try (SecretStore store = open(config())) {
      store.head(PATH);
      write("token", "token-of-the-evening");
      identities.accept("token-of-the-evening");
      fake.forgetSessions();
      store.head(PATH);
    }
    assertThat(identities.grants()).hasSizeGreaterThan(1).containsOnly("container");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void profileIsReadAgainWhenItsFileWasReplaced(boolean named) throws IOException {
    Path file = write("credentials", profile("AKIAOFTHEMORNING0000"));
    fake.admit("AKIAOFTHEMORNING0000", Surroundings.policy("aws-rotator.json"));
    System.setProperty("aws.profile", "mail");
    AwsConfig config = named ? config(Optional.of("mail"), Optional.empty()) : config();
    try (SecretStore store = open(config)) {
      store.head(PATH);
      fake.forget("AKIAOFTHEMORNING0000");
      fake.admit("AKIAOFTHEEVENING0000", Surroundings.policy("aws-rotator.json"));
      write("credentials", profile("AKIAOFTHEEVENING0000"));
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
      assertThat(servesInTheEnd(store)).isTrue();
    }
  }

  /** The SDK looks at the file now and then only. */
  private static boolean servesInTheEnd(SecretStore store) {
    for (int look = 0; look < 300; look++) {
      try {
        store.head(PATH);
        return true;
      } catch (StoreException.Denied notYet) {
        LockSupport.parkNanos(50_000_000);
      }
    }
    return false;
  }

  @Test
  void machineWithoutAnyCredentialsIsToldSo() {
    try (SecretStore store = open(config())) {
      assertThatExceptionOfType(StoreException.Unavailable.class)
          .isThrownBy(() -> store.head(PATH))
          .withMessageContaining("the agent has no AWS credentials; set the profile");
    }
  }

  @Test
  void metadataServiceThatIsSilentEndsAnOperationAndNoStart() {
    System.clearProperty("aws.disableEc2Metadata");
    System.setProperty("aws.ec2MetadataServiceEndpoint", identities.at("/silent").toString());
    try (SecretStore store = open(config())) {
      assertThatExceptionOfType(StoreException.Unavailable.class)
          .isThrownBy(() -> store.head(PATH));
    }
  }

  /** For this service the name that serves both kinds of addresses is the usual one. */
  @ParameterizedTest
  @CsvSource({
    "false, false, secretsmanager.eu-west-1.amazonaws.com",
    "true, false, secretsmanager-fips.eu-west-1.amazonaws.com",
    "false, true, secretsmanager.eu-west-1.amazonaws.com",
    "true, true, secretsmanager-fips.eu-west-1.amazonaws.com"
  })
  void hostIsThatOfTheKindAskedFor(boolean fips, boolean dualStack, String host)
      throws IOException {
    longTermKeys();
    try (ServerSocket proxy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      System.setProperty("https.proxyHost", "127.0.0.1");
      System.setProperty("https.proxyPort", Integer.toString(proxy.getLocalPort()));
      CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> refuse(proxy));
      AwsConfig config =
          new AwsConfig(
              "aws",
              Optional.of("eu-west-1"),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              fips,
              dualStack,
              Duration.ofSeconds(5));
      try (SecretStore store = open(config)) {
        assertThatExceptionOfType(StoreException.Unavailable.class)
            .isThrownBy(() -> store.head(PATH));
      }
      assertThat(asked.join()).startsWith("CONNECT " + host + ":443");
    }
  }

  /** The way to where it wanted to go is closed; where that was is in the first line. */
  private static String refuse(ServerSocket proxy) {
    try (Socket socket = proxy.accept();
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      String first = lines.readLine();
      socket
          .getOutputStream()
          .write("HTTP/1.1 502 no\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      return first;
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void longTermKeys() {
    System.setProperty("aws.accessKeyId", Surroundings.key(Surroundings.ROTATOR));
    System.setProperty("aws.secretAccessKey", "of-the-test");
    fake.admit(Surroundings.key(Surroundings.ROTATOR), Surroundings.policy("aws-rotator.json"));
  }

  private static String profile(String key) {
    return "[mail]%naws_access_key_id=%s%naws_secret_access_key=of-the-test%n".formatted(key);
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static SecretStore open(AwsConfig config) {
    return AwsStoreFactory.open(config);
  }

  private AwsConfig config() {
    return config(Optional.empty(), Optional.empty());
  }

  private AwsConfig config(String externalId) {
    return config(
        Optional.empty(),
        Optional.of(new AwsConfig.Role(FakeIdentities.ROLE, Optional.of(externalId))));
  }

  private AwsConfig config(Optional<String> profile, Optional<AwsConfig.Role> role) {
    URI endpoint = fake.endpoint();
    return new AwsConfig(
        "aws",
        Optional.of(fake.region()),
        profile,
        Optional.of(endpoint),
        role,
        false,
        false,
        Duration.ofSeconds(5));
  }
}
