package dev.postern.mailgun.simulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;

/**
 * {@code /simulator/faults}, for trials by hand, and only when asked for: {@code curl -d
 * operation=delete-key -d fault=revocation-lag -d duration=PT5S}. GET shows what waits, DELETE
 * clears it.
 */
final class FaultsApi {
  private final Faults faults;

  FaultsApi(Faults faults) {
    this.faults = faults;
  }

  Answer answer(HttpExchange exchange) throws IOException, Refusal {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    byte[] body = HttpRequest.body(exchange);
    switch (exchange.getRequestMethod()) {
      case "GET" -> {}
      case "DELETE" -> faults.clear();
      case "POST" -> put(HttpRequest.form(type == null ? "" : type, body));
      default -> throw new Refusal(405, "Method Not Allowed");
    }
    return Answer.json(200, Json.of("waiting", faults.described()));
  }

  private void put(Form form) throws Refusal {
    try {
      String name = required(form, "operation").toUpperCase(Locale.ROOT).replace('-', '_');
      int times = Integer.parseInt(form.filled("times").orElse("1"));
      faults.put(Operation.valueOf(name), fault(form), times);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new Refusal(400, String.valueOf(e.getMessage()));
    }
  }

  private static Fault fault(Form form) throws Refusal {
    return switch (required(form, "fault")) {
      case "answer-lost" -> new Fault.AnswerLost();
      case "delay" -> new Fault.Delay(Duration.parse(required(form, "duration")));
      case "status" ->
          new Fault.Status(
              Integer.parseInt(required(form, "status")), form.first("body").orElse(""));
      case "throttled" -> new Fault.Throttled(Duration.parse(required(form, "duration")));
      case "key-limit" -> new Fault.KeyLimit(Integer.parseInt(required(form, "keys")));
      case "revocation-lag" ->
          form.filled("uses").isPresent()
              ? Fault.RevocationLag.ofUses(Integer.parseInt(required(form, "uses")))
              : Fault.RevocationLag.lasting(Duration.parse(required(form, "duration")));
      case "disabled" ->
          new Fault.Disabled(
              Fault.Disabled.What.valueOf(required(form, "what").toUpperCase(Locale.ROOT)));
      case "source-refused" -> new Fault.SourceRefused();
      default ->
          throw new Refusal(
              400,
              "fault must be answer-lost, delay, status, throttled, key-limit, revocation-lag, disabled"
                  + " or source-refused");
    };
  }

  private static String required(Form form, String name) throws Refusal {
    return form.filled(name).orElseThrow(() -> new Refusal(400, "'" + name + "' is missing"));
  }
}
