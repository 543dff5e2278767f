package dev.postern.sidecar.config;

import dev.postern.consumer.AckMode;
import dev.postern.sidecar.config.ConsumersConfig.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads who may have a secret. */
final class ConsumersReader {
  private static final Set<String> KEYS = Set.of("uid", "gid", "group");
  private static final ValueReader<Integer> ID = Readers.integer(0, Integer.MAX_VALUE);

  private ConsumersReader() {}

  static ConsumersConfig read(Section secret) {
    if (!secret.has("consumers") && !secret.has("files")) {
      warnOfNobody(secret);
    }
    return secret
        .section("consumers")
        .map(section -> consumers(secret, section))
        .orElse(ConsumersConfig.DEFAULT);
  }

  private static ConsumersConfig consumers(Section secret, Section section) {
    section.onlyKeys(Set.of("allow", "ack"));
    List<Section> items = section.sections("allow");
    if (items.isEmpty() && !secret.has("files")) {
      warnOfNobody(secret);
    }
    return new ConsumersConfig(
        allowed(items),
        section.withDefault("ack", ValueReader.oneOf(List.of(AckMode.values())), AckMode.FETCH));
  }

  /** The lines under {@code allow}. */
  static List<Peer> allowed(List<Section> items) {
    List<Peer> allow = new ArrayList<>();
    items.forEach(item -> peer(item).ifPresent(allow::add));
    return allow;
  }

  private static void warnOfNobody(Section secret) {
    secret.warning(
        "consumers", "nobody may read this secret; add consumers: {allow: [{uid: NUMBER}]}");
  }

  private static Optional<Peer> peer(Section item) {
    item.onlyKeys(KEYS);
    if (KEYS.stream().noneMatch(item::has)) {
      item.errorHere("'uid', 'gid' or 'group' is missing");
    }
    if (item.has("gid") && item.has("group")) {
      item.errorAtKey("group", "'gid' and 'group' exclude each other; keep one of them");
    }
    OptionalInt uid = id(item, "uid");
    OptionalInt gid = id(item, "gid");
    Optional<String> group = item.optional("group", PrincipalReaders::groupName);
    return uid.isPresent() || gid.isPresent() || group.isPresent()
        ? Optional.of(new Peer(uid, gid, group))
        : Optional.empty();
  }

  private static OptionalInt id(Section item, String key) {
    return item.optional(key, ID).map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }
}
