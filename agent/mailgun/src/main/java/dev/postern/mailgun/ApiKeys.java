package dev.postern.mailgun;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.mailgun.CallObserver.Operation;
import java.net.http.HttpRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What sending keys and account keys have in common: they are keys, made and deleted alike. */
final class ApiKeys {
  private final MailgunRequests requests;
  private final MailgunCalls calls;
  private final MailgunErrors errors;
  private final InstantSource clock;

  ApiKeys(MailgunRequests requests, MailgunCalls calls, MailgunErrors errors, InstantSource clock) {
    this.requests = requests;
    this.calls = calls;
    this.errors = errors;
    this.clock = clock;
  }

  IssuedCredential create(String what, MultipartForm form) {
    try (form) {
      return calls.asAdmin(
          new Call<>(
              ApiFamily.KEYS,
              Operation.CREATE,
              what,
              requests.createKey(form),
              KeyAnswers::issued));
    }
  }

  /** By the id that was stored with the key. */
  static Optional<String> idOf(SecretFields fields) {
    return fields
        .field(MailgunFields.API_KEY_ID)
        .map(id -> id.exposeUtf8().strip())
        .filter(id -> !id.isEmpty());
  }

  /** Those neither disabled nor expired. */
  List<ListedKey> live(String what, HttpRequest.Builder request) {
    return calls
        .asAdmin(new Call<>(ApiFamily.KEYS, Operation.LIST, what, request, KeyAnswers::listed))
        .stream()
        .filter(key -> key.isLiveAt(clock.instant()))
        .toList();
  }

  static List<LiveCredential> asLive(List<ListedKey> keys, Predicate<ListedKey> wanted) {
    return keys.stream().filter(wanted).map(ListedKey::asLiveCredential).toList();
  }

  Call<Revocation> deletion(CredentialScope scope, String id) {
    String what =
        "delete key " + (KeyId.isLegal(id) ? id : "(no legal id)") + SendingDomain.suffix(scope);
    if (!KeyId.isLegal(id)) {
      throw errors.rejected(what, "that is not the id of a key; check api_key_id in the store");
    }
    return new Call<>(
        ApiFamily.KEYS, Operation.DELETE, what, requests.deleteKey(id), ApiKeys::revocation);
  }

  SecretBytes valueOf(String what, SecretFields fields) {
    return fields
        .field(MailgunFields.API_KEY)
        .orElseThrow(() -> errors.rejected(what, "the field api_key is missing"));
  }

  /** A proxy's page says nothing about the key, whatever its status. */
  static Optional<ProbeResult> probed(Reply reply, boolean accepted) {
    if (reply.isPage()) {
      return Optional.empty();
    }
    if (accepted) {
      return Optional.of(new ProbeResult.Accepted());
    }
    return reply.status() == 401 ? Optional.of(new ProbeResult.Refused()) : Optional.empty();
  }

  private static Optional<Revocation> revocation(Reply reply) {
    if (reply.status() == 204 || (reply.isSuccess() && reply.jsonObject().isPresent())) {
      return Optional.of(Revocation.REVOKED);
    }
    return reply.status() == 404 && reply.message().isPresent()
        ? Optional.of(Revocation.ALREADY_GONE)
        : Optional.empty();
  }
}
