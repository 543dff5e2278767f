package dev.postern.rotation;

import dev.postern.issuer.AccountActivity;
import dev.postern.issuer.AccountEntry;
import dev.postern.issuer.AccountUser;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.CredentialUse;
import dev.postern.issuer.IssuerException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a provider tells of an account, made up by a test. */
final class FakeActivity implements AccountActivity {
  private record Use(String id, String source, Instant at) {}

  final List<AccountEntry> entries = new CopyOnWriteArrayList<>();
  final List<AccountUser> users = new CopyOnWriteArrayList<>();
  private final List<Use> uses = new CopyOnWriteArrayList<>();
  volatile @Nullable IssuerException failure;
  volatile @Nullable IssuerException usersFailure;

  void key(String id, String description, @Nullable Instant createdAt) {
    entries.add(
        new AccountEntry(AccountEntry.Type.KEY, id, description, Optional.ofNullable(createdAt)));
  }

  void allowListed(String address) {
    entries.add(
        new AccountEntry(AccountEntry.Type.ALLOW_LIST_ENTRY, address, "office", Optional.empty()));
  }

  void use(String id, String source, Instant at) {
    uses.add(new Use(id, source, at));
  }

  void forgetUses() {
    uses.clear();
  }

  @Override
  public List<CredentialUse> uses(CredentialScope scope, String id, Instant from, Instant to) {
    fail(failure);
    return uses.stream()
        .filter(use -> use.id.equals(id) && !use.at.isBefore(from) && use.at.isBefore(to))
        .collect(Collectors.groupingBy(Use::source))
        .entrySet()
        .stream()
        .map(
            source ->
                new CredentialUse(
                    source.getKey(),
                    source.getValue().size(),
                    source.getValue().stream().map(Use::at).min(Instant::compareTo).orElseThrow(),
                    source.getValue().stream().map(Use::at).max(Instant::compareTo).orElseThrow()))
        .toList();
  }

  @Override
  public List<AccountEntry> entries(CredentialScope scope) {
    fail(failure);
    return List.copyOf(entries);
  }

  @Override
  public List<AccountUser> users() {
    fail(failure);
    fail(usersFailure);
    return List.copyOf(users);
  }

  @Override
  public Links links() {
    return new Links(
        "https://provider.example/password",
        "https://provider.example/2fa",
        "https://provider.example/support");
  }

  private static void fail(@Nullable IssuerException failure) {
    if (failure != null) {
      throw failure;
    }
  }
}
