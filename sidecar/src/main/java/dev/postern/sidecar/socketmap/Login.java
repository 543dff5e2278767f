package dev.postern.sidecar.socketmap;

import dev.postern.SecretBytes;
import dev.postern.SecretMemory;
import dev.postern.Version;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServedVersion;
import dev.postern.serving.ServingState;
import dev.postern.sidecar.http.WipedBuffer;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One SMTP login as a table's answer, {@code OK login:password}, kept ready in secret memory for
 * the version that it was made of. Lives on the event loop.
 */
final class Login {
  /** What Postfix takes as an answer (socketmap_table(5)). */
  private static final int LONGEST_REPLY = 100_000;

  private static final byte[] OK = "OK ".getBytes(StandardCharsets.US_ASCII);
  private static final int ATTEMPTS = 3;

  private final SecretCatalog catalog;
  private final InstantSource time;
  private final SecretDefinition definition;
  private @Nullable Version preparedFor;
  private @Nullable ByteBuf prepared;

  Login(SecretCatalog catalog, InstantSource time, SecretDefinition definition) {
    this.catalog = catalog;
    this.time = time;
    this.definition = definition;
  }

  /** What can be answered now. */
  sealed interface Reading {
    /**
     * @param answer the whole netstring; good until the event loop's next task unless retained
     */
    record Ready(ByteBuf answer, Version version) implements Reading {}

    /** Not now: to be asked again later. */
    record NotNow(String why) implements Reading {}
  }

  SecretDefinition definition() {
    return definition;
  }

  boolean isFor(RelayKey relay) {
    String host = definition.attributes().get("smtp_host");
    return host != null && relay.means(host, definition.attributes().getOrDefault("smtp_port", ""));
  }

  boolean isOfDomain(String domain) {
    String own = definition.attributes().get("domain");
    return own != null && own.toLowerCase(Locale.ROOT).equals(domain.toLowerCase(Locale.ROOT));
  }

  Reading read() {
    for (int attempt = 1; ; attempt++) {
      try {
        return switch (catalog.state(definition.name())) {
          case ServingState.Empty empty -> notNow("was not read from its store yet");
          case ServingState.Holding holding
              when holding.expired(time.instant(), definition.maxStale()) ->
              notNow("was not confirmed by its store for longer than max-stale");
          case ServingState.Holding holding -> held(holding.served());
        };
      } catch (IllegalStateException wiped) {
        // Another version took its place meanwhile, and is there to be read.
        if (attempt == ATTEMPTS) {
          throw wiped;
        }
      }
    }
  }

  private Reading held(ServedVersion served) {
    ByteBuf ready = prepared;
    if (ready == null || !served.version().equals(preparedFor)) {
      forget();
      SecretBytes login = served.fields().field("login").orElse(null);
      SecretBytes password = served.fields().field("password").orElse(null);
      if (login == null || password == null) {
        return notNow("has no login and password in its store");
      }
      ready = render(login, password);
      if (ready == null) {
        return notNow(
            "cannot be a table's answer: it is empty or too long, or has a line break, a"
                + " zero byte, or a colon in the login");
      }
      prepared = ready;
      preparedFor = served.version();
    }
    return new Reading.Ready(ready, served.version());
  }

  private Reading notNow(String why) {
    return new Reading.NotNow("secret " + definition.name() + " " + why + ": see postern status");
  }

  /** From one piece of secret memory to another; none if Postfix would read it otherwise. */
  private static @Nullable ByteBuf render(SecretBytes login, SecretBytes password) {
    int length = OK.length + login.length() + 1 + password.length();
    if (length > LONGEST_REPLY || login.length() == 0 || password.length() == 0) {
      return null;
    }
    byte[] head = (length + ":").getBytes(StandardCharsets.US_ASCII);
    int whole = head.length + length + 1;
    SecretMemory.Block block = SecretMemory.process().allocate(whole);
    boolean usable = false;
    try {
      ByteBuffer target = block.buffer();
      target.put(head).put(OK);
      int start = target.position();
      login.exposeTo(target);
      int colon = target.position();
      target.put((byte) ':');
      password.exposeTo(target);
      usable =
          isPlain(target, start, colon, true) && isPlain(target, colon, target.position(), false);
      target.put((byte) ',');
    } finally {
      if (!usable) {
        block.close();
      }
    }
    return usable ? WipedBuffer.takeOwnershipOf(block, whole) : null;
  }

  private static boolean isPlain(ByteBuffer bytes, int from, int to, boolean beforeColon) {
    for (int at = from; at < to; at++) {
      byte b = bytes.get(at);
      if (b == 0 || b == '\n' || b == '\r' || (beforeColon && b == ':')) {
        return false;
      }
    }
    return true;
  }

  /** Gives back the memory of the answer; writes under way keep theirs. */
  void forget() {
    ByteBuf old = prepared;
    prepared = null;
    preparedFor = null;
    if (old != null) {
      old.release();
    }
  }
}
