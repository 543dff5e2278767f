package dev.postern.sidecar.coordination;

import dev.postern.kubernetes.Filing;
import dev.postern.kubernetes.Leadership;
import java.util.function.Supplier;

/** Why a request is not taken up, in words for whoever waits for it at night. */
final class FilingText {
  private static final String LOOK =
      "is the rotator Deployment running, and has it this secret in its config?";

  private FilingText() {}

  /**
   * @param leadership asked for only when the API has the request
   */
  static String waiting(Filing filing, Supplier<Leadership> leadership) {
    return filing.written()
        ? waiting(leadership.get())
        : "not with the fleet yet: the Kubernetes API has not taken it. It is kept in this pod, and"
            + " filed as soon as the API answers: do not restart the pod";
  }

  private static String waiting(Leadership leadership) {
    return switch (leadership) {
      case Leadership.Led led ->
          led.pod() + " leads this secret, and is to take it up: its log says what keeps it";
      case Leadership.Silent silent ->
          "no rotator leads this secret: "
              + silent.pod()
              + " did, and does not renew its Lease any more. Does a rotator run, and reach the"
              + " Kubernetes API?";
      case Leadership.Nobody nobody -> "no rotator leads this secret: " + LOOK;
      case Leadership.Never never -> "no rotator has ever led this secret: " + LOOK;
      case Leadership.Unknown unknown ->
          "filed, and not taken up; who leads this secret cannot be told: " + unknown.why();
    };
  }

  static String withdrawn(String by, boolean off) {
    String text = "taken back by " + by + " before a rotator took it up";
    return off
        ? text
        : text
            + "; the Kubernetes API does not answer, and a rotator that reads the request before"
            + " this pod can take it off does it all the same";
  }
}
