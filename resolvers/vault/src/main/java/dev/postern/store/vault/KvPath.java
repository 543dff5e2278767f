package dev.postern.store.vault;

import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * A path that means the same to Vault as it does here. Vault cleans paths before it looks them up,
 * so that an empty or a dotted segment would name another secret.
 */
record KvPath(String value) {

  KvPath {
    if (!isLegal(value)) {
      throw new IllegalArgumentException("not a path that Vault keeps as it is");
    }
  }

  static KvPath of(SecretPath path) {
    if (!isLegal(path.value())) {
      throw new StoreException.Malformed(
          path
              + " is no path for vault: write it without the mount, without a slash at either end,"
              + " without empty segments, '.' or '..'");
    }
    return new KvPath(path.value());
  }

  KvPath child(String segment) {
    return new KvPath(value + "/" + segment);
  }

  /** As it goes into a URL. */
  String encoded() {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }

  private static boolean isLegal(String path) {
    if (path.isEmpty()
        || path.chars().anyMatch(Character::isISOControl)
        || !Normalizer.isNormalized(path, Normalizer.Form.NFC)) {
      return false;
    }
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return true;
  }
}
