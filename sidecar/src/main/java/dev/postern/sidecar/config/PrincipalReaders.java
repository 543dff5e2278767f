package dev.postern.sidecar.config;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/** Reads users and groups of this machine, which it must know if they are given by name. */
final class PrincipalReaders {
  private PrincipalReaders() {}

  /** By name or number. */
  static Reading<String> user(Value value) {
    return principal(value, "user", "/etc/passwd");
  }

  /** By name or number. */
  static Reading<String> group(Value value) {
    return principal(value, "group", "/etc/group");
  }

  /** By name alone, beside a key for numbers. */
  static Reading<String> groupName(Value value) {
    if (value.text().matches("[0-9]+")) {
      return Reading.refused("expected the name of a group; a number goes under 'gid'");
    }
    return value.isText() ? known(value, "group", "/etc/group") : value.expected("a group's name");
  }

  private static Reading<String> principal(Value value, String what, String list) {
    if (value.isInteger() && value.text().matches("[0-9]{1,10}")) {
      return Reading.of(value.text());
    }
    if (!value.isText() || value.text().matches("[0-9]*")) {
      return value.expected("the name or number of a " + what);
    }
    return known(value, what, list);
  }

  private static Reading<String> known(Value value, String what, String list) {
    if (value.text().isEmpty() || value.text().length() > 32) {
      return value.expected("the name of a " + what);
    }
    try {
      UserPrincipalLookupService lookup = FileSystems.getDefault().getUserPrincipalLookupService();
      if (what.equals("user")) {
        lookup.lookupPrincipalByName(value.text());
      } else {
        lookup.lookupPrincipalByGroupName(value.text());
      }
      return Reading.of(value.text());
    } catch (UserPrincipalNotFoundException e) {
      return Reading.refused(
          "this machine has no "
              + what
              + " "
              + value.shown()
              + NearestWord.hint(value.text(), KnownNames.in(Path.of(list))));
    } catch (IOException e) {
      return Reading.refused("whether there is such a " + what + " cannot be looked up");
    }
  }
}
