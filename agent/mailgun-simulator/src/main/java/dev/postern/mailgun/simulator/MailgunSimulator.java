package dev.postern.mailgun.simulator;

import dev.postern.mailgun.simulator.AccountState.StoredKey;
import dev.postern.mailgun.simulator.AccountState.StoredLogin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A running Mailgun with one account: HTTP and SMTP on loopback ports. Thread-safe; {@link #close}
 * ends both servers, and every answer that is still delayed.
 */
public final class MailgunSimulator implements AutoCloseable {
  /** For a fault that is to stay until {@link #clearFaults}. */
  public static final int ALWAYS = Integer.MAX_VALUE;

  private final Account account;
  private final Faults faults = new Faults();
  private final HttpEndpoint http;
  private final SmtpEndpoint smtp;
  private final Optional<SmtpEndpoint> smtps;
  private final CallBudget budget;

  private MailgunSimulator(Builder builder) {
    account = builder.account();
    builder.domains.forEach(account::addDomain);
    budget = new CallBudget(builder.clock, builder.domainCallsPerMinute);
    try {
      http = new HttpEndpoint(account, faults, budget, builder.httpPort, builder.faultsOverHttp);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the mailgun simulator cannot listen on loopback port " + builder.httpPort, e);
    }
    Optional<SSLContext> tls = builder.tls();
    try {
      smtp = new SmtpEndpoint(account, faults, builder.smtpPort, tls, false);
    } catch (RuntimeException e) {
      http.close();
      throw e;
    }
    smtps =
        builder.implicitTls
            ? Optional.of(new SmtpEndpoint(account, faults, 0, tls, true))
            : Optional.empty();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** What stands before {@code /v1/keys}; without a slash at its end. */
  public URI baseUri() {
    return http.baseUri();
  }

  /** With STARTTLS, unless the builder was told otherwise. */
  public InetSocketAddress smtpAddress() {
    return smtp.address();
  }

  /** TLS from the first byte; where the builder was asked for it. */
  public InetSocketAddress smtpsAddress() {
    return smtps
        .map(SmtpEndpoint::address)
        .orElseThrow(() -> new IllegalStateException("the simulator was not asked for smtps"));
  }

  /** The PEM of the authority to trust for SMTP, unless the builder was given a certificate. */
  public static byte[] smtpAuthority() {
    return TestCertificate.pem();
  }

  public void addDomain(String domain) {
    account.addDomain(domain.toLowerCase(Locale.ROOT));
  }

  /** Makes a key as the account's owner does on the web page: no right is asked for. */
  public IssuedKey createKey(NewKey wish) {
    return account
        .createKey(wish, Account.NO_LIMIT)
        .orElseThrow(() -> new IllegalStateException("the account has no room for a key"));
  }

  /** Whether there was such a key. */
  public boolean deleteKey(String id) {
    return account.deleteKey(id, null);
  }

  /** What the vendor's abuse team does. Whether there was such a key. */
  public boolean disableKey(String id, String reason) {
    return account.disableKey(id, reason);
  }

  /** Makes the SMTP login, or sets its password. */
  public void setLogin(String address, String password) {
    String lower = address.toLowerCase(Locale.ROOT);
    String domain = lower.substring(lower.indexOf('@') + 1);
    account.setPassword(new SimulatedLogin(lower, domain, account.now(), false), password, null);
  }

  /** All keys that are listed, the disabled and the expired ones too. */
  public List<SimulatedKey> keys() {
    return account.state().keys().values().stream().map(StoredKey::key).toList();
  }

  /** The keys that are accepted now; one that lags after its deletion is not among them. */
  public List<SimulatedKey> liveKeys() {
    return keys().stream().filter(key -> key.liveAt(account.now())).toList();
  }

  public Optional<SimulatedKey> key(String id) {
    return Optional.ofNullable(account.state().keys().get(id)).map(StoredKey::key);
  }

  public List<SimulatedLogin> logins() {
    return account.state().logins().values().stream().map(StoredLogin::login).toList();
  }

  /** Since the start, the last 100,000 of them: messages are not part of the state. */
  public List<AcceptedMessage> acceptedMessages() {
    return account.messages();
  }

  /** Since the start, the last 100,000 calls with a secret that was not taken. */
  public List<RefusedCall> refusedCalls() {
    return account.refusedCalls();
  }

  /** Puts the fault on the next call of the operation, behind those that wait there already. */
  public void inject(Operation operation, Fault fault) {
    inject(operation, fault, 1);
  }

  /**
   * Puts the fault on that many calls of the operation, behind those that wait there already.
   *
   * @throws IllegalArgumentException when the fault means nothing at that operation
   */
  public void inject(Operation operation, Fault fault, int calls) {
    faults.put(operation, fault, calls);
  }

  /** Adds the user, or replaces the one with that id; the owner's is 1. */
  public void putUser(SimulatedUser user) {
    account.putUser(user);
  }

  /** Refuses calls of the Domains API with 429 from now on that are more than so many a minute. */
  public void limitDomainCalls(int callsPerMinute) {
    budget.limit(callsPerMinute);
  }

  /** How often the operation was called by HTTP, the refused calls too. */
  public int calls(Operation operation) {
    return budget.calls(operation);
  }

  /** How many calls of the Domains API came too often. */
  public int callsRefused() {
    return budget.refused();
  }

  public void clearFaults() {
    faults.clear();
  }

  /** The account as a state file holds it; for {@link Builder#snapshot}. */
  public byte[] exposeSnapshot() {
    return StateCodec.encode(account.state());
  }

  @Override
  public void close() {
    http.close();
    smtp.close();
    smtps.ifPresent(SmtpEndpoint::close);
  }

  @Override
  public String toString() {
    return "MailgunSimulator[" + baseUri() + "]";
  }

  /** What a simulator is to be like. Without a state file or a snapshot its account is empty. */
  public static final class Builder {
    private InstantSource clock = InstantSource.system();
    private @Nullable Path stateFile;
    private byte @Nullable [] snapshot;
    private final Set<String> domains = new LinkedHashSet<>();
    private int httpPort;
    private int smtpPort;
    private @Nullable SSLContext tls;
    private boolean plain;
    private boolean implicitTls;
    private int domainCallsPerMinute = 300;
    private PasswordListener passwordListener = (address, password) -> {};
    private boolean faultsOverHttp;

    private Builder() {}

    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /** Restores the account from this file when it is there, and keeps it there. */
    public Builder stateFile(Path file) {
      stateFile = file;
      return this;
    }

    /** Starts with this account; a state file that is there goes before it. */
    public Builder snapshot(byte[] bytes) {
      snapshot = bytes.clone();
      return this;
    }

    /** The account has this domain. */
    public Builder domain(String domain) {
      domains.add(domain.toLowerCase(Locale.ROOT));
      return this;
    }

    /** Instead of a free port. */
    public Builder httpPort(int port) {
      httpPort = port;
      return this;
    }

    /** Instead of a free port. */
    public Builder smtpPort(int port) {
      smtpPort = port;
      return this;
    }

    /** SMTP offers STARTTLS with this instead of the simulator's own certificate. */
    public Builder smtpTls(SSLContext context) {
      tls = context;
      return this;
    }

    /** SMTP offers no STARTTLS. */
    public Builder plainSmtp() {
      plain = true;
      return this;
    }

    /** There is also a port of SMTP with TLS from the first byte. */
    public Builder smtps() {
      implicitTls = true;
      return this;
    }

    /** Is told of the passwords of SMTP logins. */
    public Builder passwordListener(PasswordListener listener) {
      passwordListener = listener;
      return this;
    }

    /** Lets anybody on this machine set faults at {@code /simulator/faults}. */
    public Builder faultsOverHttp() {
      faultsOverHttp = true;
      return this;
    }

    /**
     * @throws UncheckedIOException when a port is taken, or the state file cannot be used
     * @throws IllegalArgumentException when the state is not readable; says what to do
     */
    public MailgunSimulator start() {
      return new MailgunSimulator(this);
    }

    private Optional<SSLContext> tls() {
      return plain ? Optional.empty() : Optional.of(tls == null ? TestCertificate.context() : tls);
    }

    private Account account() {
      Optional<StateFile> file = Optional.ofNullable(stateFile).map(StateFile::new);
      Optional<AccountState> restored =
          file.flatMap(StateFile::read)
              .or(() -> Optional.ofNullable(snapshot).map(StateCodec::decode));
      Consumer<AccountState> keeper = state -> file.ifPresent(each -> each.write(state));
      return new Account(clock, restored, keeper, passwordListener);
    }
  }
}
