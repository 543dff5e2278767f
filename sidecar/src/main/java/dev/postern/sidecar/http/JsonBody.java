package dev.postern.sidecar.http;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The JSON object in a request's body; members that nobody knows are refused. */
public final class JsonBody {
  private final Map<String, Object> members;

  private JsonBody(Map<String, Object> members) {
    this.members = members;
  }

  /**
   * @param known the members that may be there
   * @throws BadRequestException when it is something else
   */
  public static JsonBody parse(String body, Set<String> known) {
    Map<String, Object> members;
    try {
      members = JSON.std.mapFrom(body);
    } catch (IOException e) {
      // Not the parser's message: it would quote what was sent.
      throw new BadRequestException("the body is not a JSON object");
    }
    if (members == null) {
      throw new BadRequestException("the body is not a JSON object");
    }
    if (!known.containsAll(members.keySet())) {
      throw new BadRequestException(
          "the body has a member that is not known here: use " + new TreeSet<>(known));
    }
    return new JsonBody(members);
  }

  public Optional<String> text(String member) {
    Object value = members.get(member);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    throw new BadRequestException("the member " + member + " is not a string");
  }

  public boolean flag(String member) {
    Object value = members.get(member);
    if (value == null) {
      return false;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw new BadRequestException("the member " + member + " is not true or false");
  }
}
