package dev.postern.sidecar.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads an entry of {@code stores} of the type {@code aws}. */
final class AwsStoreReader {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(?:-[a-z]+){1,3}-[0-9]{1,2}");
  private static final Pattern ROLE =
      Pattern.compile("arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]{1,576}");
  private static final Pattern EXTERNAL_ID = Pattern.compile("[\\w+=,.@:/-]{2,1224}");

  private AwsStoreReader() {}

  static Optional<StoreConfig> read(Section section) {
    section.onlyKeys(
        Set.of("type", "region", "profile", "endpoint", "role", "fips", "dual-stack", "timeout"));
    Optional<String> region = section.optional("region", AwsStoreReader::region);
    Optional<String> profile = section.optional("profile", Readers::text);
    Optional<URI> endpoint = section.optional("endpoint", AddressReaders::baseUrl);
    boolean fips = section.withDefault("fips", Readers::yesOrNo, false);
    boolean dualStack = section.withDefault("dual-stack", Readers::yesOrNo, false);
    Duration timeout = section.withDefault("timeout", Readers.duration("100ms", "60s"), TIMEOUT);
    if (endpoint.isPresent() && (fips || dualStack)) {
      section.errorAtKey("endpoint", "'endpoint' excludes 'fips' and 'dual-stack'; keep one kind");
    }
    Optional<StoreConfig.AwsRole> role = Optional.empty();
    if (section.has("role")) {
      role = section.section("role").flatMap(AwsStoreReader::role);
    }
    return Optional.of(
        new StoreConfig.Aws(region, profile, endpoint, role, fips, dualStack, timeout));
  }

  private static Optional<StoreConfig.AwsRole> role(Section section) {
    section.onlyKeys(Set.of("arn", "external-id"));
    Optional<String> arn = section.required("arn", AwsStoreReader::roleArn);
    Optional<String> externalId = section.optional("external-id", AwsStoreReader::externalId);
    return arn.map(name -> new StoreConfig.AwsRole(name, externalId));
  }

  private static Reading<String> region(Value value) {
    return value.isText() && REGION.matcher(value.text()).matches()
        ? Reading.of(value.text())
        : value.expected("a region such as eu-west-1");
  }

  private static Reading<String> roleArn(Value value) {
    return value.isText() && ROLE.matcher(value.text()).matches()
        ? Reading.of(value.text())
        : value.expected("a role such as arn:aws:iam::123456789012:role/postern");
  }

  private static Reading<String> externalId(Value value) {
    boolean word = value.isText() || value.isInteger();
    return word && EXTERNAL_ID.matcher(value.text()).matches()
        ? Reading.of(value.text())
        : value.expected("2 to 1224 letters, digits and + = , . @ : / -");
  }
}
