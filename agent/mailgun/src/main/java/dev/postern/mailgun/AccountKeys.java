package dev.postern.mailgun;

import dev.postern.RotationTag;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.mailgun.CallObserver.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Account keys: may do what their role allows, in the whole account. The new one gets the role and
 * the user of the old one, never more; and one of them is the very key with which this issuer is
 * called: it makes its successor, and the successor deletes it.
 */
final class AccountKeys implements KindRules {
  private static final Set<String> ROLES = Set.of("admin", "developer", "basic");

  private final ApiKeys keys;
  private final MailgunRequests requests;
  private final MailgunCalls calls;
  private final MailgunErrors errors;
  private final Optional<Duration> lifetime;

  /** Ids of keys that are or were the admin key, with the generation in which they were it. */
  private final Map<String, Integer> own = new ConcurrentHashMap<>();

  AccountKeys(
      ApiKeys keys,
      MailgunRequests requests,
      MailgunCalls calls,
      MailgunErrors errors,
      Optional<Duration> lifetime) {
    this.keys = keys;
    this.requests = requests;
    this.calls = calls;
    this.errors = errors;
    this.lifetime = lifetime;
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    String what = "make a mailgun-account-key";
    ListedKey replaced = find(what, old);
    rememberIfOwn(what, replaced.id(), old.fields());
    MultipartForm form =
        new MultipartForm()
            .with("role", replaced.role())
            .with("kind", "user")
            .with("description", tag.toString());
    withIfKnown(form, "user_id", replaced.userId());
    withIfKnown(form, "user_name", replaced.userName());
    withIfKnown(form, "email", replaced.email());
    lifetime.ifPresent(time -> form.with("expiration", Long.toString(time.toSeconds())));
    return keys.create(what, form);
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    throw errors.rejected(
        "activate a mailgun-account-key", "a key is in force from the moment it is made");
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return ApiKeys.idOf(fields);
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    return ApiKeys.asLive(listed("list the account's keys"), ListedKey::isAccountKey);
  }

  /** The admin key is deleted with its successor, for which this asks the store a few times. */
  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    Call<Revocation> deletion = keys.deletion(scope, id);
    Integer generation = own.get(id);
    return generation == null
        ? calls.asAdmin(deletion)
        : calls.asRenewedAdmin(deletion, generation);
  }

  /** A key that may not list keys is answered 403: it was recognised, and so it is alive. */
  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    String what = "probe the mailgun-account-key";
    return calls.with(
        keys.valueOf(what, fields),
        new Call<>(
            ApiFamily.KEYS,
            Operation.PROBE,
            what,
            requests.listKeys("user"),
            reply -> ApiKeys.probed(reply, reply.isSuccess() || reply.status() == 403)));
  }

  private ListedKey find(String what, Predecessor old) {
    List<ListedKey> alive = listed(what).stream().filter(ListedKey::isAccountKey).toList();
    if (old.id().isEmpty() && alive.size() != 1) {
      throw errors.rejected(
          what,
          "the account has "
              + alive.size()
              + " account keys, so it is not known which role the new one may have; store the id"
              + " of the old key as api_key_id beside it");
    }
    ListedKey found =
        alive.stream()
            .filter(key -> old.id().isEmpty() || old.id().get().equals(key.id()))
            .findFirst()
            .orElseThrow(
                () ->
                    errors.rejected(
                        what,
                        "mailgun does not list the old key, so it is not known which role the new"
                            + " one may have; correct api_key_id in the store, or store a new key"
                            + " by hand"));
    if (!ROLES.contains(found.role())) {
      throw errors.rejected(
          what,
          "the role of the old key "
              + found.id()
              + " is none that this version knows, and the new one must not get a wider one; make"
              + " it by hand in mailgun's control panel and put it into the store");
    }
    return found;
  }

  private void rememberIfOwn(String what, String id, SecretFields fields) {
    SecretBytes value = keys.valueOf(what, fields);
    OptionalInt generation = calls.generationIfAdmin(what, value);
    if (generation.isPresent()) {
      own.put(id, generation.getAsInt());
    }
  }

  private List<ListedKey> listed(String what) {
    return keys.live(what, requests.listKeys("user"));
  }

  private static void withIfKnown(MultipartForm form, String name, String value) {
    if (!value.isEmpty()) {
      form.with(name, value);
    }
  }
}
