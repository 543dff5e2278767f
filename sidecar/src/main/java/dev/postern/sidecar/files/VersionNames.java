package dev.postern.sidecar.files;

import dev.postern.SecretName;
import java.util.UUID;
import java.util.regex.Pattern;

/** The names, beginning with two dots, that a directory with secret files has beside them. */
final class VersionNames {
  /** Begins the name of the link through which the files of a secret are reached. */
  static final String DATA = "..data";

  private static final String NEXT = "..next-";
  private static final String VERSION = "..postern-";
  private static final Pattern DATA_LINK = Pattern.compile("\\.\\.data(-[a-z0-9._-]{1,63})?");
  private static final Pattern VERSION_DIRECTORY =
      Pattern.compile("\\.\\.postern-[a-z0-9._-]{1,63}\\.[0-9a-f]{32}");

  private VersionNames() {}

  /**
   * @param alone whether the directory has files of this secret only
   */
  static String dataLink(SecretName secret, boolean alone) {
    return alone ? DATA : DATA + "-" + secret;
  }

  /** For links that are about to replace others. */
  static String next(String name) {
    return NEXT + name;
  }

  static String fresh(SecretName secret) {
    return VERSION + secret + "." + UUID.randomUUID().toString().replace("-", "");
  }

  static boolean isDataLink(String name) {
    return DATA_LINK.matcher(name).matches();
  }

  static boolean isVersion(String name) {
    return VERSION_DIRECTORY.matcher(name).matches();
  }

  static boolean isNext(String name) {
    return name.startsWith(NEXT);
  }
}
