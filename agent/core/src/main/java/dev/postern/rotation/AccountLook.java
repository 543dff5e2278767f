package dev.postern.rotation;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.AccountActivity;
import dev.postern.issuer.AccountActivity.Links;
import dev.postern.issuer.AccountEntry;
import dev.postern.issuer.AccountUser;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.CredentialUse;
import dev.postern.issuer.IssuerException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Asks a provider about an account's use, part by part: what one part does not tell, another may. A
 * part that the provider refuses for good is not asked for again.
 */
final class AccountLook {
  /** What can be asked for. */
  enum Part {
    ACTIVITY,
    USES,
    ENTRIES,
    USERS;

    String words() {
      return switch (this) {
        case ACTIVITY -> "activity of the account";
        default -> name().toLowerCase(Locale.ROOT) + " of the account";
      };
    }
  }

  private final CredentialIssuer issuer;
  private final CredentialScope scope;
  private final Failpoints failpoints;

  /** What the provider does not tell at all. */
  private final Map<Part, String> silent = new EnumMap<>(Part.class);

  /** What it did not tell at the last attempt, and may tell at the next. */
  private final Map<Part, String> failed = new EnumMap<>(Part.class);

  AccountLook(CredentialIssuer issuer, CredentialScope scope, Failpoints failpoints) {
    this.issuer = issuer;
    this.scope = scope;
    this.failpoints = failpoints;
  }

  Optional<List<CredentialUse>> uses(String id, Instant from, Instant to) {
    return from.isBefore(to)
        ? ask(Part.USES, activity -> activity.uses(scope, id, from, to))
        : Optional.of(List.of());
  }

  Optional<List<AccountEntry>> entries() {
    return ask(Part.ENTRIES, activity -> activity.entries(scope));
  }

  Optional<List<AccountUser>> users() {
    return ask(Part.USERS, AccountActivity::users);
  }

  Optional<Links> links() {
    return ask(Part.ACTIVITY, AccountActivity::links);
  }

  private <T> Optional<T> ask(Part part, Function<AccountActivity, T> question) {
    if (silent.containsKey(part) || tellsNothing()) {
      return Optional.empty();
    }
    Part asked = Part.ACTIVITY;
    try {
      AccountActivity activity = failpoints.around(Failpoint.ISSUER_ACTIVITY, issuer::activity);
      asked = part;
      T answer = failpoints.around(Failpoint.ISSUER_ACTIVITY, () -> question.apply(activity));
      failed.remove(part);
      failed.remove(Part.ACTIVITY);
      return Optional.of(answer);
    } catch (IssuerException.Rejected e) {
      silent.put(asked, e.getMessage());
      failed.remove(asked);
    } catch (IssuerException e) {
      failed.put(asked, e.getMessage());
    }
    return Optional.empty();
  }

  /** Whether asking again is of no use, whatever is asked. */
  boolean tellsNothing() {
    return silent.containsKey(Part.ACTIVITY);
  }

  /** Whether something was not told that may be told later. */
  boolean incomplete() {
    return !failed.isEmpty();
  }

  /** What the provider does not tell, for people. */
  List<String> silences() {
    return lines(silent, "the provider does not tell the ");
  }

  /** What could not be asked for, for people. */
  List<String> failures() {
    return lines(failed, "the provider could not be asked for the ");
  }

  private static List<String> lines(Map<Part, String> parts, String begin) {
    return parts.entrySet().stream()
        .map(part -> begin + part.getKey().words() + ": " + part.getValue())
        .map(line -> line.replaceAll("\\p{Cntrl}", " "))
        .toList();
  }
}
