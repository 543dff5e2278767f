package dev.postern.kubernetes;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.kubernetes.api.ClusterObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests as annotations. What cannot be understood is left alone: a newer agent may have it. */
final class FleetRequests {
  private static final Logger log = LoggerFactory.getLogger(FleetRequests.class);
  private static final int LONGEST_REASON = 500;

  /** Of the 256 KiB that all annotations of an object may have. */
  private static final int MOST_BYTES = 96 * 1024;

  private static final String ANNOTATION = "annotation-";

  private FleetRequests() {}

  static String write(List<FleetRequest> requests) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (FleetRequest request : requests) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("id", request.id());
      one.put("secret", request.secret());
      one.put("cause", request.cause());
      one.put("reason", cut(request.reason()));
      one.put("requested_by", cut(request.requestedBy()));
      request.deadline().ifPresent(deadline -> one.put("deadline_seconds", deadline.toSeconds()));
      request.order().ifPresent(order -> one.put("order", order));
      request.batch().ifPresent(batch -> one.put("batch", batch));
      one.put("at", request.at().toString());
      all.add(one);
    }
    try {
      return JSON.std.asString(all);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
  }

  /** The requests in an agent's annotations. */
  static List<FleetRequest> read(Map<String, String> annotations) {
    List<FleetRequest> requests = new ArrayList<>();
    annotations.forEach(
        (key, text) -> {
          if (key.startsWith(FleetNames.REQUEST_PREFIX)) {
            requests.addAll(readOne(text));
          }
        });
    return requests;
  }

  /**
   * Puts just these in place of all that can be understood; as many as there is room for, the
   * others when those have been answered.
   */
  static void replace(Map<String, String> annotations, Collection<FleetRequest> requests) {
    annotations
        .entrySet()
        .removeIf(
            note ->
                note.getKey().startsWith(FleetNames.REQUEST_PREFIX)
                    && !readOne(note.getValue()).isEmpty());
    fitting(requests).stream()
        .collect(Collectors.groupingBy(FleetRequest::secret))
        .forEach((secret, some) -> annotations.put(FleetNames.request(secret), write(some)));
  }

  private static List<FleetRequest> fitting(Collection<FleetRequest> requests) {
    List<FleetRequest> fitting = new ArrayList<>();
    int bytes = 0;
    for (FleetRequest request : requests) {
      bytes += write(List.of(request)).getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MOST_BYTES && !fitting.isEmpty()) {
        break;
      }
      fitting.add(request);
    }
    return fitting;
  }

  private static List<FleetRequest> readOne(String text) {
    try {
      List<FleetRequest> requests = new ArrayList<>();
      if (!(JSON.std.anyFrom(text) instanceof List<?> all)) {
        return List.of();
      }
      for (Object one : all) {
        if (one instanceof Map<?, ?> map) {
          requests.add(request(map));
        }
      }
      return requests;
    } catch (IOException | IllegalArgumentException | DateTimeException notOurs) {
      log.atWarn().log("a rotation request in an agent's Lease cannot be understood; left alone");
      return List.of();
    }
  }

  private static FleetRequest request(Map<?, ?> one) {
    return new FleetRequest(
        text(one, "id").orElseThrow(IllegalArgumentException::new),
        text(one, "secret").orElseThrow(IllegalArgumentException::new),
        text(one, "cause").orElseThrow(IllegalArgumentException::new),
        text(one, "reason").orElse(""),
        text(one, "requested_by").orElse("unknown"),
        Optional.ofNullable(one.get("deadline_seconds"))
            .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds.toString()))),
        text(one, "order"),
        text(one, "batch"),
        Instant.parse(text(one, "at").orElseThrow(IllegalArgumentException::new)));
  }

  private static Optional<String> text(Map<?, ?> one, String name) {
    return one.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /**
   * What a person asks for with {@code kubectl annotate configmap ...
   * postern.dev/rotate=compromised} or {@code ...="requested: new colleague"}. Its id follows from
   * what it says: it is asked until the annotation is taken away.
   */
  static Optional<FleetRequest> asked(ClusterObject journal) {
    String text = journal.annotations().get(FleetNames.ROTATE);
    String secret = journal.labels().get(FleetNames.SECRET);
    if (text == null || secret == null) {
      return Optional.empty();
    }
    String[] parts = text.split(":", 2);
    return Optional.of(
        new FleetRequest(
            ANNOTATION + FleetNames.sha256(journal.uid() + "\n" + text).substring(0, 16),
            secret,
            parts[0].strip(),
            parts.length > 1 ? cut(parts[1].strip()) : "",
            "annotation " + FleetNames.ROTATE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Instant.EPOCH));
  }

  static boolean isAnnotation(FleetRequest request) {
    return request.id().startsWith(ANNOTATION);
  }
}
