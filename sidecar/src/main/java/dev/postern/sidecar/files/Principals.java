package dev.postern.sidecar.files;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Users and groups by name or number, each looked up once. Thread-safe. */
final class Principals {
  private final UserPrincipalLookupService lookup =
      FileSystems.getDefault().getUserPrincipalLookupService();
  private final Map<String, UserPrincipal> users = new ConcurrentHashMap<>();
  private final Map<String, GroupPrincipal> groups = new ConcurrentHashMap<>();

  Optional<UserPrincipal> user(Optional<String> name) throws FileProblem {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    UserPrincipal known = users.get(name.get());
    if (known == null) {
      try {
        known = lookup.lookupPrincipalByName(name.get());
        users.put(name.get(), known);
      } catch (IOException e) {
        throw new FileProblem("this machine has no user " + name.get() + " any more: add it");
      }
    }
    return Optional.of(known);
  }

  Optional<GroupPrincipal> group(Optional<String> name) throws FileProblem {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    GroupPrincipal known = groups.get(name.get());
    if (known == null) {
      try {
        known = lookup.lookupPrincipalByGroupName(name.get());
        groups.put(name.get(), known);
      } catch (IOException e) {
        throw new FileProblem("this machine has no group " + name.get() + " any more: add it");
      }
    }
    return Optional.of(known);
  }
}
