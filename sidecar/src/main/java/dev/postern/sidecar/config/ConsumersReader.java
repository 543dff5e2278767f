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
  static final ValueReader<Integer> ID = Readers.integer(0, Integer.MAX_VALUE);

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
    List<Peer> allow = new ArrayList<>();
    items.forEach(item -> peer(item).ifPresent(allow::add));
    return new ConsumersConfig(
        allow,
        section.withDefault("ack", ValueReader.oneOf(List.of(AckMode.values())), AckMode.FETCH));
  }

  private static void warnOfNobody(Section secret) {
    secret.warning(
        "consumers", "nobody may read this secret; add consumers: {allow: [{uid: NUMBER}]}");
  }

  private static Optional<Peer> peer(Section item) {
    item.onlyKeys(Set.of("uid", "gid"));
    if (!item.has("uid") && !item.has("gid")) {
      item.errorHere("'uid' or 'gid' is missing");
    }
    OptionalInt uid = id(item, "uid");
    OptionalInt gid = id(item, "gid");
    return uid.isPresent() || gid.isPresent() ? Optional.of(new Peer(uid, gid)) : Optional.empty();
  }

  private static OptionalInt id(Section item, String key) {
    return item.optional(key, ID).map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }
}
