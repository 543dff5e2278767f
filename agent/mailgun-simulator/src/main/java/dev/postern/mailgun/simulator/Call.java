package dev.postern.mailgun.simulator;

import dev.postern.mailgun.simulator.Fault.RevocationLag;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One authenticated call, as the APIs see it. */
final class Call {
  private final Operation operation;
  private final Map<String, String> path;
  private final Form query;
  private final Form form;
  private final byte[] body;
  private final SimulatedKey caller;
  private final String address;
  private final Optional<Fault> fault;

  Call(HttpRequest request, Form form, SimulatedKey caller, Optional<Fault> fault) {
    operation = request.operation();
    path = request.path();
    query = request.query();
    body = request.body();
    address = request.address();
    this.form = form;
    this.caller = caller;
    this.fault = fault;
  }

  Operation operation() {
    return operation;
  }

  /** A parameter of the path's template. */
  String path(String name) {
    String value = path.get(name);
    if (value == null) {
      throw new IllegalArgumentException(operation + " has no path parameter " + name);
    }
    return value;
  }

  Form query() {
    return query;
  }

  Form form() {
    return form;
  }

  byte[] body() {
    return body;
  }

  SimulatedKey caller() {
    return caller;
  }

  String address() {
    return address;
  }

  int keyLimit() {
    return fault.orElse(null) instanceof Fault.KeyLimit(int keys) ? keys : Account.NO_LIMIT;
  }

  @Nullable RevocationLag lag() {
    return fault.orElse(null) instanceof RevocationLag lag ? lag : null;
  }
}
