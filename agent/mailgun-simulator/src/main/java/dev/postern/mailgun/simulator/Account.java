package dev.postern.mailgun.simulator;

import dev.postern.mailgun.simulator.AccountState.StoredKey;
import dev.postern.mailgun.simulator.AccountState.StoredLogin;
import dev.postern.mailgun.simulator.Fault.RevocationLag;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The one Mailgun account of a simulator. Its monitor guards everything; a change is on disk before
 * it is seen, and one that cannot be written did not happen. Messages and lags are in memory only.
 */
final class Account {
  static final int NO_LIMIT = Integer.MAX_VALUE;
  private static final int KEPT_MESSAGES = 100_000;

  /** Stands for the one signing key among the digests of what lives on. */
  private static final String SIGNING_KEY = "signing key";

  private final InstantSource clock;
  private final Consumer<AccountState> keeper;
  private final PasswordListener passwordListener;
  private final Mint mint = new Mint();
  private final Afterlife afterlife = new Afterlife();
  private final Map<String, SimulatedKey> deleted = new HashMap<>();
  private final Deque<AcceptedMessage> messages = new ArrayDeque<>();
  private final Deque<RefusedCall> refusedCalls = new ArrayDeque<>();
  private final Map<String, SimulatedUser> users = new LinkedHashMap<>();
  private @Nullable Concealed lingeringSigningKey;
  private AccountState state;

  /**
   * @param keeper is given each new state, and makes it durable before it returns
   */
  Account(
      InstantSource clock,
      Optional<AccountState> restored,
      Consumer<AccountState> keeper,
      PasswordListener passwordListener) {
    this.clock = clock;
    this.passwordListener = passwordListener;
    this.keeper = keeper;
    state = restored.orElseGet(() -> AccountState.empty(new Concealed(mint.signingKey())));
    keeper.accept(state);
    putUser(SimulatedUser.OWNER);
  }

  synchronized AccountState state() {
    return state;
  }

  synchronized void addDomain(String domain) {
    if (!state.domains().containsKey(domain)) {
      publish(state.withDomains(all -> all.put(domain, clock.instant())));
    }
  }

  /** The key that has this secret, if the account takes it now. */
  synchronized Optional<SimulatedKey> authenticate(String secret) {
    String digest = Mint.digestOfKey(secret);
    Instant now = clock.instant();
    for (StoredKey stored : state.keys().values()) {
      if (stored.digest().equals(digest)) {
        return Optional.of(stored.key()).filter(key -> key.liveAt(now));
      }
    }
    return afterlife.accepts(digest, now)
        ? Optional.ofNullable(deleted.get(digest))
        : Optional.empty();
  }

  /** Makes a key, unless the account has {@code limit} keys already. */
  synchronized Optional<IssuedKey> createKey(NewKey wish, int limit) {
    if (state.keys().size() >= limit) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    String secret = mint.keySecret();
    SimulatedKey key =
        new SimulatedKey(
            mint.keyId(),
            wish.kind(),
            wish.role(),
            wish.domain(),
            wish.description(),
            now,
            now,
            wish.lifetime() == null ? null : now.plus(wish.lifetime()),
            null,
            wish.userId(),
            wish.userName(),
            wish.email());
    StoredKey stored = new StoredKey(key, Mint.digestOfKey(secret));
    publish(state.withKeys(all -> all.put(key.id(), stored)));
    return Optional.of(new IssuedKey(key, secret));
  }

  /** Whether there was such a key. */
  synchronized boolean deleteKey(String id, @Nullable RevocationLag lag) {
    StoredKey stored = state.keys().get(id);
    if (stored == null) {
      return false;
    }
    publish(state.withKeys(all -> all.remove(id)));
    if (lag != null) {
      deleted.put(stored.digest(), stored.key());
      afterlife.admit(stored.digest(), lag, clock.instant());
    }
    return true;
  }

  synchronized boolean disableKey(String id, String reason) {
    StoredKey stored = state.keys().get(id);
    if (stored == null) {
      return false;
    }
    SimulatedKey disabled = stored.key().disabledAt(clock.instant(), reason);
    publish(state.withKeys(all -> all.put(id, new StoredKey(disabled, stored.digest()))));
    return true;
  }

  /** Whether the SMTP server lets this pair in now. */
  synchronized boolean accepts(String address, String password) {
    String digest = Mint.digestOfLogin(address, password);
    StoredLogin stored = state.logins().get(address);
    return (stored != null && stored.digest().equals(digest))
        || afterlife.accepts(digest, clock.instant());
  }

  /** Makes the login, or sets its password when there is one. */
  synchronized void setPassword(SimulatedLogin wish, String password, @Nullable RevocationLag lag) {
    StoredLogin before = state.logins().get(wish.address());
    SimulatedLogin login = before == null ? wish : before.login();
    String digest = Mint.digestOfLogin(login.address(), password);
    publish(state.withLogins(all -> all.put(login.address(), new StoredLogin(login, digest))));
    afterlife.forget(digest);
    passwordListener.passwordSet(login.address(), password);
    if (before != null && lag != null && !before.digest().equals(digest)) {
      afterlife.admit(before.digest(), lag, clock.instant());
    }
  }

  /** Deletes the logins that match, and says how many there were. */
  synchronized int deleteLogins(Predicate<SimulatedLogin> which, @Nullable RevocationLag lag) {
    List<StoredLogin> gone =
        state.logins().values().stream().filter(each -> which.test(each.login())).toList();
    publish(state.withLogins(all -> gone.forEach(each -> all.remove(each.login().address()))));
    if (lag != null) {
      gone.forEach(each -> afterlife.admit(each.digest(), lag, clock.instant()));
    }
    return gone.size();
  }

  synchronized void changeAllowed(Consumer<Map<String, String>> change) {
    publish(state.withAllowed(change));
  }

  /** With a lag the old one is still shown for a while. */
  synchronized Concealed replaceSigningKey(@Nullable RevocationLag lag) {
    Concealed replaced = state.signingKey();
    Concealed replacement = new Concealed(mint.signingKey());
    publish(state.withSigningKey(replacement));
    if (lag != null) {
      lingeringSigningKey = replaced;
      afterlife.admit(SIGNING_KEY, lag, clock.instant());
    }
    return replacement;
  }

  synchronized Concealed shownSigningKey() {
    return lingeringSigningKey != null && afterlife.accepts(SIGNING_KEY, clock.instant())
        ? lingeringSigningKey
        : state.signingKey();
  }

  /** Adds the user, or replaces the one with that id. */
  synchronized void putUser(SimulatedUser user) {
    users.put(user.id(), user);
  }

  synchronized List<SimulatedUser> users() {
    return List.copyOf(users.values());
  }

  synchronized void accept(AcceptedMessage message) {
    messages.add(message);
    if (messages.size() > KEPT_MESSAGES) {
      messages.remove();
    }
  }

  synchronized List<AcceptedMessage> messages() {
    return List.copyOf(messages);
  }

  synchronized void refused(Operation operation, String client) {
    refusedCalls.add(new RefusedCall(operation, client, clock.instant()));
    if (refusedCalls.size() > KEPT_MESSAGES) {
      refusedCalls.remove();
    }
  }

  synchronized List<RefusedCall> refusedCalls() {
    return List.copyOf(refusedCalls);
  }

  Instant now() {
    return clock.instant();
  }

  Mint mint() {
    return mint;
  }

  private void publish(AccountState next) {
    keeper.accept(next);
    state = next;
  }
}
