package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.store.aws.FakeFault;
import dev.postern.store.aws.FakeSecretsManager;
import dev.postern.store.aws.IamPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The main job with the key in AWS Secrets Manager, under the rotator's policy of deploy. */
class AwsRotationIT {
  private static final String DOMAIN = "mg.example.com";
  private static final String PATH = "mail/sending";
  private static final String ACCESS_KEY = "AKIAE2EROTATOR000000";
  private static final Pattern KEY = Pattern.compile("\"api_key\":\"([^\"]+)\"");

  @TempDir private Path directory;
  private final MailgunSimulator provider = MailgunSimulator.builder().domain(DOMAIN).start();
  private final FakeSecretsManager aws = FakeSecretsManager.start();
  private Installation installation;

  @BeforeEach
  void install() {
    aws.admit(ACCESS_KEY, IamPolicy.read(Path.of("../deploy/policies/aws-rotator.json")));
    installation = Installation.create(directory, provider, DOMAIN);
    aws.seed(
        PATH,
        "{\"api_key\":\"%s\",\"api_key_id\":\"%s\"}"
            .formatted(installation.oldKey().exposeSecret(), installation.oldKey().id()));
    Installation.write(
        directory.resolve("aws-credentials"),
        "[mail]%naws_access_key_id=%s%naws_secret_access_key=of-the-test%n".formatted(ACCESS_KEY));
    installation.writeConfig(
        text ->
            text.replace(
                    "{store: embedded, path: mail/sending}", "{store: aws, path: mail/sending}")
                .replace(
                    "stores:\n",
                    "stores:\n  aws: {type: aws, region: %s, profile: mail, endpoint: '%s', timeout: 2s}\n"
                        .formatted(aws.region(), aws.endpoint())));
  }

  @AfterEach
  void close() {
    installation.close();
    aws.close();
    provider.close();
  }

  @Test
  void compromisedKeyIsReplacedInSecretsManagerAndProvenDead() {
    agent();
    String old = storedKey();

    assertThat(installation.rotate("--compromised").out()).contains("done: old key");

    assertRotated(old);
    assertThat(installation.cli("report", "last").out()).contains("is proven dead");
    assertThat(aws.value(PATH, "AWSPREVIOUS").orElseThrow()).contains(old);
  }

  @ParameterizedTest
  @EnumSource(names = {"THROTTLED", "FAILED", "STALL", "EXPIRED", "CUT"})
  void rotationGoesOnWhenSecretsManagerIsBack(FakeFault fault) {
    agent();
    String old = storedKey();
    aws.failAfter("PutSecretValue", fault);

    Program rotate = installation.program("rotate", "sending-key", "--compromised", "--wait");
    Eventually.isTrue(() -> "asked again: " + aws.actions(), this::askedAgain);
    aws.fail(FakeFault.NONE);

    assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
    assertThat(rotate.out()).contains("done: old key");
    assertRotated(old);
  }

  /** The put itself was answered; three more calls met the trouble. */
  private boolean askedAgain() {
    List<String> actions = aws.actions();
    int put = actions.indexOf("PutSecretValue");
    return put >= 0 && actions.size() > put + 4;
  }

  private void assertRotated(String old) {
    String fresh = storedKey();
    assertThat(fresh).isNotEqualTo(old);
    assertThat(Mailgun.answer(provider, DOMAIN, old)).isEqualTo(Mailgun.DEAD);
    assertThat(Mailgun.answer(provider, DOMAIN, fresh)).isEqualTo(Mailgun.ALIVE);
    assertThat(aws.labels(PATH)).contains("AWSCURRENT", "AWSPREVIOUS").doesNotContain("AWSPENDING");
    assertThat(aws.tags(PATH)).isEqualTo(Map.of());
    assertThat(installation.liveKeysExcept(installation.oldKey())).hasSize(1);
  }

  private void agent() {
    installation
        .agentWithFlags(
            List.of("-Daws.sharedCredentialsFile=" + directory.resolve("aws-credentials")))
        .said("agent started");
  }

  private String storedKey() {
    Matcher key = KEY.matcher(aws.current(PATH).orElseThrow());
    assertThat(key.find()).isTrue();
    installation.canary().watch("the key in AWS", key.group(1));
    return key.group(1);
  }
}
