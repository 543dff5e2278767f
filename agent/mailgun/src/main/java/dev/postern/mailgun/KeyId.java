package dev.postern.mailgun;

import java.util.regex.Pattern;

/**
 * What may stand for a key in a path. An id may come from a store, where people write: an empty one
 * or {@code ..} would make another path of {@code DELETE /v1/keys/<id>}.
 */
final class KeyId {
  private static final Pattern LEGAL = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._:@=+-]{1,128}");

  private KeyId() {}

  static boolean isLegal(String id) {
    return LEGAL.matcher(id).matches();
  }
}
