package dev.postern.sidecar.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The path of a request, cut into its decoded segments, and its query.
 *
 * @param segments without empty ones at the start; a closing slash leaves an empty last one
 */
public record RequestTarget(List<String> segments, Map<String, List<String>> query) {

  /**
   * @throws BadRequestException when it is not a path with an optional query
   */
  public static RequestTarget parse(String uri) {
    String relative = uri;
    if (uri.startsWith("http://")) {
      int path = uri.indexOf('/', "http://".length());
      relative = path < 0 ? "/" : uri.substring(path);
    }
    if (!relative.startsWith("/")) {
      throw new BadRequestException("the request target is not a path");
    }
    try {
      QueryStringDecoder decoder = new QueryStringDecoder(relative);
      List<String> segments =
          List.of(decoder.rawPath().substring(1).split("/", -1)).stream()
              .map(segment -> QueryStringDecoder.decodeComponent(segment.replace("+", "%2B")))
              .toList();
      return new RequestTarget(segments, Map.copyOf(decoder.parameters()));
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("the request target has a broken percent-encoding");
    }
  }

  public boolean starts(String... prefix) {
    return segments.size() >= prefix.length
        && segments.subList(0, prefix.length).equals(List.of(prefix));
  }

  public String segment(int index) {
    return segments.get(index);
  }

  public int size() {
    return segments.size();
  }

  /** All values of a query parameter, in their order. */
  public List<String> all(String parameter) {
    return query.getOrDefault(parameter, List.of());
  }

  /** The value of a query parameter that may be given once. */
  public Optional<String> one(String parameter) {
    List<String> values = all(parameter);
    if (values.size() > 1) {
      throw new BadRequestException("the parameter " + parameter + " may be given once");
    }
    return values.stream().findFirst();
  }
}
