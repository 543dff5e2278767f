package dev.postern.sidecar.e2e;

import dev.postern.store.conjur.fake.FakeConjur;
import dev.postern.store.conjur.fake.Route;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Conjur; when away, nobody listens at its address. */
final class OutsideConjur implements OutsideStore {
  private static final String ROTATOR = "host/postern/rotator";

  private final FakeConjur conjur = FakeConjur.create();

  OutsideConjur() {
    conjur.loadDelivered("sending");
  }

  @Override
  public String admit(Path credentials) {
    return """
    prod:
      type: conjur
      url: %s
      account: %s
      auth: {method: api-key, login: %s, api-key-file: %s}
      ca: %s
      pending-suffix: /pending
      flag-suffix: /compromised
      timeout: 3s
    """
        .formatted(
            conjur.url(),
            FakeConjur.ACCOUNT,
            ROTATOR,
            conjur.writeKey(credentials, ROTATOR),
            conjur.writeCa(credentials));
  }

  @Override
  public void put(String path, Map<String, String> fields) {
    conjur.write(
        path,
        fields.entrySet().stream()
            .map(field -> "\"%s\":\"%s\"".formatted(field.getKey(), field.getValue()))
            .collect(Collectors.joining(",", "{", "}")));
  }

  @Override
  public Optional<String> field(String path, String field) {
    return conjur.value(path).flatMap(text -> OutsideAws.member(text, field));
  }

  @Override
  public boolean pending(String path) {
    return conjur.value(path + "/pending").filter(text -> text.contains("api_key")).isPresent();
  }

  @Override
  public boolean flagged(String path) {
    return conjur
        .value(path + "/compromised")
        .filter(text -> !text.contains("not compromised"))
        .isPresent();
  }

  @Override
  public void afterWrites(Runnable act) {
    conjur.beforeAnswers(
        route -> {
          if (route == Route.WRITE) {
            act.run();
          }
        });
  }

  @Override
  public void goAway() {
    conjur.stop();
  }

  @Override
  public void comeBack() {
    conjur.start();
  }

  @Override
  public void close() {
    conjur.close();
  }
}
