package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FaultsOverHttpTest {
  private static final String FAULTS = "/simulator/faults";

  private final MailgunSimulator mailgun = MailgunSimulator.builder().faultsOverHttp().start();
  private final String admin = mailgun.createKey(NewKey.admin("")).exposeSecret();
  private final Api api = new Api(mailgun.baseUri());

  @AfterEach
  void stop() {
    mailgun.close();
    api.close();
  }

  @Test
  void aFaultSetByHandHappens() throws IOException {
    Api.Reply set =
        api.post(FAULTS, "", "operation", "list-keys", "fault", "status", "status", "503");

    assertThat(set.body()).contains("list-keys");
    assertThat(api.get("/v1/keys", admin).status()).isEqualTo(503);
    assertThat(api.get(FAULTS, "").object("waiting")).isEmpty();
  }

  @Test
  void everyFaultCanBeNamed() throws IOException {
    String[][] all = {
      {"operation", "create-key", "fault", "answer-lost", "times", "3"},
      {"operation", "create-key", "fault", "delay", "duration", "PT1S"},
      {"operation", "create-key", "fault", "status", "status", "500", "body", "<html>"},
      {"operation", "create-key", "fault", "throttled", "duration", "PT30S"},
      {"operation", "create-key", "fault", "key-limit", "keys", "1"},
      {"operation", "delete-key", "fault", "revocation-lag", "duration", "PT5S"},
      {"operation", "delete-key", "fault", "revocation-lag", "uses", "2"},
      {"operation", "smtp-auth", "fault", "source-refused"},
    };
    for (String[] each : all) {
      assertThat(api.post(FAULTS, "", each).status()).as("%s", (Object) each).isEqualTo(200);
    }
    assertThat(api.get(FAULTS, "").object("waiting")).hasSize(3);
    assertThat(api.delete(FAULTS, "").object("waiting")).isEmpty();
    assertThat(api.get("/v1/keys", admin).status()).isEqualTo(200);
  }

  @Test
  void whatIsNoFaultIsRefused() throws IOException {
    String[][] wrong = {
      {},
      {"operation", "list-keys"},
      {"operation", "fly", "fault", "answer-lost"},
      {"operation", "list-keys", "fault", "fire"},
      {"operation", "list-keys", "fault", "delay", "duration", "soon"},
      {"operation", "list-keys", "fault", "status"},
      {"operation", "list-keys", "fault", "key-limit", "keys", "1"},
      {"operation", "list-keys", "fault", "answer-lost", "times", "0"},
    };
    for (String[] each : wrong) {
      assertThat(api.post(FAULTS, "", each).status()).as("%s", (Object) each).isEqualTo(400);
    }
    assertThat(api.put(FAULTS, "").status()).isEqualTo(405);
    assertThat(api.get(FAULTS, "").object("waiting")).isEmpty();
  }
}
