package dev.postern.sidecar.cli.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One complete answer. Its body may hold a secret, so it prints its status only. */
public final class Answer {
  private final Path socket;
  private final AnswerHead head;
  private final byte[] body;

  Answer(Path socket, AnswerHead head, byte[] body) {
    this.socket = socket;
    this.head = head;
    this.body = body;
  }

  public int status() {
    return head.status();
  }

  public boolean ok() {
    return status() < 300;
  }

  public Optional<String> header(String lowerCaseName) {
    return head.header(lowerCaseName);
  }

  /** The body itself, not a copy: whoever read a secret from it can wipe it. */
  public byte[] body() {
    return body;
  }

  /**
   * @throws AgentFailure.Garbled when the body is no JSON object
   */
  public JsonObject json() {
    try {
      return JsonObject.parse(body);
    } catch (IOException e) {
      throw new AgentFailure.Garbled(socket, "its answer is not JSON");
    }
  }

  /**
   * The objects of a list, which is the body itself or a member of it.
   *
   * @throws AgentFailure.Garbled when the body is no JSON
   */
  public List<JsonObject> list(String member) {
    try {
      return JsonObject.parseList(body, member);
    } catch (IOException e) {
      throw new AgentFailure.Garbled(socket, "its answer is not JSON");
    }
  }

  /** What a refusal says; of an answer without a problem document, its status alone. */
  public Problem problem() {
    try {
      JsonObject json = JsonObject.parse(body);
      String title = json.textOr("title", "status " + status());
      return new Problem(
          json.textOr("type", "").replaceFirst("^urn:postern:problem:", ""),
          status(),
          json.text("detail").filter(detail -> !detail.isBlank()).orElse(title));
    } catch (IOException e) {
      return new Problem("", status(), "the agent answered with status " + status());
    }
  }

  @Override
  public String toString() {
    return "Answer[" + status() + ", " + body.length + " bytes]";
  }

  /**
   * A refusal.
   *
   * @param type the last part of the problem's type, empty when there was none
   */
  public record Problem(String type, int status, String detail) {}
}
