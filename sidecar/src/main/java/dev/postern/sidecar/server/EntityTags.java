package dev.postern.sidecar.server;

import dev.postern.Version;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The value of {@code If-None-Match}: any, or a list of tags, compared weakly (RFC 9110). */
final class EntityTags {
  private static final Pattern TAG = Pattern.compile("(?:W/)?\"([^\"]*)\"");

  private final boolean any;
  private final Set<String> versions = new HashSet<>();

  private EntityTags(String header) {
    any = header.strip().equals("*");
    Matcher tags = TAG.matcher(header);
    while (tags.find()) {
      versions.add(tags.group(1));
    }
  }

  static EntityTags parse(String header) {
    return new EntityTags(header);
  }

  static String tagOf(Version version) {
    return '"' + version.id() + '"';
  }

  /** Whether the client has this version already. */
  boolean match(Version version) {
    return any || names(version);
  }

  /** Whether the client says so by name, and not by {@code *}. */
  boolean names(Version version) {
    return versions.contains(version.id());
  }
}
