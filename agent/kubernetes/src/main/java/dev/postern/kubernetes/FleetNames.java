package dev.postern.kubernetes;

import dev.postern.kubernetes.api.ClusterObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How the objects of an installation are called. Names are DNS-1123 subdomains of at most 253
 * characters, label values and the name part of an annotation's key have at most 63; what does not
 * fit gets a part of its hash behind it, so that two never become one.
 */
public final class FleetNames {
  /** The protocol that this version speaks. */
  static final String PROTOCOL = "1";

  static final String HOLDS = "postern.dev/holds";
  static final String PROTOCOL_KEY = "postern.dev/protocol";
  static final String VERSION_KEY = "postern.dev/version";
  static final String BEAT = "postern.dev/beat";
  static final String REQUEST_PREFIX = "postern.dev/request.";

  /** What a person sets on a secret's journal to have it rotated; the value is the cause. */
  static final String ROTATE = "postern.dev/rotate";

  static final String INSTALLATION = "postern.dev/installation";
  static final String ROLE = "postern.dev/role";
  static final String SECRET = "postern.dev/secret";
  static final String ELECTION_ROLE = "election";
  static final String JOURNAL_ROLE = "journal";
  static final String READER_ROLE = "reader";
  static final String ROTATOR_ROLE = "rotator";

  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final Pattern NAME_PART = Pattern.compile("[a-z0-9](?:[a-z0-9-]*[a-z0-9])?");
  private static final Pattern LABEL =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?");
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_NAME_PART = 63;
  private static final int LONGEST_LABEL = 63;
  private static final int LONGEST_KEY = 63 - "request.".length();
  private static final int HASH_DIGITS = 10;

  private final String installation;
  private final String prefix;
  private final Map<String, String> labels;

  public FleetNames(String installation) {
    this.installation = installation;
    this.prefix = "postern-" + part(installation) + "-";
    this.labels = Map.of(MANAGED_BY, "postern", INSTALLATION, label(installation));
  }

  public String installation() {
    return installation;
  }

  /** The Lease by which a secret's rotator is elected. */
  public String election(String secret) {
    return prefix + part(secret) + "-rotator";
  }

  /** The ConfigMap that holds a secret's rotations. */
  public String journal(String secret) {
    return prefix + part(secret) + "-journal";
  }

  /** The Lease of one agent. Pods' names are DNS-1123 subdomains already. */
  public String agent(String pod) {
    String name = prefix + "agent-" + pod;
    return name.length() <= LONGEST_NAME
        ? name
        : name.substring(0, LONGEST_NAME - HASH_DIGITS - 1) + "-" + hash(name);
  }

  /**
   * Whose an object is instead, when it is not this installation's or another secret's: {@code a}
   * of {@code b-c} and {@code a-b} of {@code c} have one name.
   */
  Optional<String> otherOwner(ClusterObject object, String secret) {
    String theirs = object.labels().getOrDefault(INSTALLATION, label(installation));
    String about = object.labels().getOrDefault(SECRET, label(secret));
    return theirs.equals(label(installation)) && about.equals(label(secret))
        ? Optional.empty()
        : Optional.of(
            "the object "
                + object.name()
                + " belongs to the secret "
                + about
                + " of the installation "
                + theirs
                + ": give one of the two installations another name or namespace");
  }

  /** What all objects of the installation carry. */
  Map<String, String> labels() {
    return labels;
  }

  Map<String, String> labels(String role) {
    Map<String, String> all = new TreeMap<>(labels);
    all.put(ROLE, role);
    return all;
  }

  Map<String, String> labels(String role, String secret) {
    Map<String, String> all = labels(role);
    all.put(SECRET, label(secret));
    return all;
  }

  static String request(String secret) {
    // A key ends with a letter or digit, as a secret's name does.
    return REQUEST_PREFIX
        + (secret.length() <= LONGEST_KEY ? secret : cut(secret, LONGEST_KEY) + hash(secret));
  }

  private static String part(String name) {
    if (name.length() <= LONGEST_NAME_PART && NAME_PART.matcher(name).matches()) {
      return name;
    }
    String legal = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String trimmed = cut(legal.replaceAll("^-+|-+$", ""), LONGEST_NAME_PART);
    return trimmed.isEmpty() ? hash(name) : trimmed + "-" + hash(name);
  }

  /** A secret's name and an installation's are label values but for their length. */
  private static String label(String value) {
    boolean legal = value.length() <= LONGEST_LABEL && LABEL.matcher(value).matches();
    return legal ? value : part(value);
  }

  private static String cut(String text, int longest) {
    int most = longest - HASH_DIGITS - 1;
    return text.length() <= most ? text : text.substring(0, most);
  }

  private static String hash(String text) {
    return sha256(text).substring(0, HASH_DIGITS);
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
