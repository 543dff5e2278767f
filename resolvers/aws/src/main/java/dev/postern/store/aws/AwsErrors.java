package dev.postern.store.aws;

import dev.postern.store.StoreException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.thirdparty.jackson.core.JsonProcessingException;

/**
 * Puts the SDK's failures into the port's words: by class and error code alone. The HTTP status
 * tells little (nearly all is 400) and the texts are not ours to depend on. No failure of the SDK
 * is passed on as a cause: some quote what the service sent.
 */
final class AwsErrors {
  private static final String ACCESS_DENIED = "AccessDeniedException";

  private static final Set<String> NO_RIGHT =
      Set.of(ACCESS_DENIED, "AccessDenied", "NotAuthorized", "OptInRequired");

  private static final Set<String> NOT_ACCEPTED =
      Set.of(
          "UnrecognizedClientException",
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "IncompleteSignature",
          "IncompleteSignatureException",
          "InvalidClientTokenId",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException",
          "InvalidIdentityToken",
          "IDPRejectedClaim");

  private static final Set<String> EXPIRED =
      Set.of("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired");

  private static final Set<String> WRONG_CLOCK =
      Set.of("RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture", "AuthFailure");

  private static final Set<String> GONE = Set.of("ResourceNotFoundException");

  /** For a read: on its way to deletion. For a write also: another AWS service manages it. */
  private static final Set<String> WRONG_STATE = Set.of("InvalidRequestException");

  private static final Set<String> NOT_UNDERSTOOD =
      Set.of("InvalidParameterException", "ValidationException", "SerializationException");

  private static final Set<String> KEY_TROUBLE =
      Set.of("DecryptionFailure", "DecryptionFailureException", "EncryptionFailure");

  private static final Set<String> FAILED_ITSELF =
      Set.of(
          "InternalServiceError",
          "InternalServiceErrorException",
          "InternalFailure",
          "InternalServerError",
          "ServiceUnavailable",
          "ServiceUnavailableException",
          "RequestTimeout",
          "RequestTimeoutException",
          "PriorRequestNotComplete",
          "IDPCommunicationError");

  private static final Set<String> THROTTLED =
      Set.of(
          "Throttling",
          "ThrottlingException",
          "ThrottledException",
          "RequestThrottled",
          "RequestThrottledException",
          "TooManyRequestsException",
          "RequestLimitExceeded",
          "SlowDown");

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private AwsErrors() {}

  /**
   * @param subject what the call was about: a path, or other words for it
   */
  static StoreException translate(String store, String subject, SdkException failure) {
    return switch (failure) {
      case ExplainedCredentials.Failure credentials -> credentials.explained();
      case AwsServiceException answer -> answered(store, subject, answer);
      default -> unanswered(store, subject, failure);
    };
  }

  /** A failure that came as a code, for one of many secrets. */
  static StoreException translate(String store, String subject, String code) {
    String at = "store " + store + ": ";
    if (THROTTLED.contains(code)) {
      return throttled(store, Optional.empty());
    }
    if (GONE.contains(code)) {
      return new StoreException.NotFound(
          at + "AWS holds nothing at " + subject + "; check the name, the account and the region");
    }
    if (WRONG_STATE.contains(code)) {
      return new StoreException.NotFound(
          at
              + subject
              + " is scheduled for deletion, or managed by another AWS service; restore it, or name"
              + " another");
    }
    if (NO_RIGHT.contains(code)) {
      return new StoreException.Denied(
          at
              + "AWS refuses the agent's role access to "
              + subject
              + "; compare its policy with deploy/policies, and the key policy of the secret");
    }
    if (NOT_ACCEPTED.contains(code) || EXPIRED.contains(code) || WRONG_CLOCK.contains(code)) {
      return new StoreException.Denied(at + unaccepted(code));
    }
    if (KEY_TROUBLE.contains(code)) {
      return new StoreException.Denied(
          at
              + "the KMS key of "
              + subject
              + " cannot be used; enable the key, and allow it to the agent's role");
    }
    if (code.equals("LimitExceededException")) {
      return new StoreException.Denied(
          at
              + "a quota of AWS is used up for "
              + subject
              + " (versions, labels or tags); free one");
    }
    if (code.equals("ResourceExistsException")) {
      return new StoreException.Conflict(
          at + "this rotation stored another value for " + subject + "; nothing was changed");
    }
    if (NOT_UNDERSTOOD.contains(code)) {
      return new StoreException.Malformed(
          at + "AWS does not take the request for " + subject + "; check that the name is legal");
    }
    return FAILED_ITSELF.contains(code)
        ? failedItself(store)
        : new StoreException.Malformed(at + "AWS answered with an unknown error for " + subject);
  }

  /** Whether AWS knows who asks, and refuses this one action. */
  static boolean isAccessDenied(SdkException failure) {
    return failure instanceof AwsServiceException answer && code(answer).equals(ACCESS_DENIED);
  }

  static StoreException credentials(String store, SdkException failure) {
    if (failure instanceof AwsServiceException answer) {
      String code = code(answer);
      if (NO_RIGHT.contains(code) || NOT_ACCEPTED.contains(code) || EXPIRED.contains(code)) {
        return new StoreException.Denied(
            "store "
                + store
                + ": STS refuses the role; check its trust policy, the external id and the token");
      }
      return answered(store, "the role", answer);
    }
    // Not Denied: a metadata or token service that is away for a moment looks the same, and must
    // not cost the values that are served.
    return new StoreException.Unavailable(
        "store "
            + store
            + ": the agent has no AWS credentials; set the profile, the role of the pod or"
            + " instance, or the environment ("
            + reason(failure)
            + ")",
        null);
  }

  private static StoreException answered(
      String store, String subject, AwsServiceException failure) {
    String code = code(failure);
    int status = failure.statusCode();
    if (failure.isThrottlingException() || status == TOO_MANY_REQUESTS) {
      return throttled(store, retryAfter(failure));
    }
    if (status >= SERVER_ERROR) {
      return failedItself(store);
    }
    StoreException known = translate(store, subject, code);
    boolean refused = status == UNAUTHORIZED || status == FORBIDDEN;
    return known instanceof StoreException.Malformed && refused
        ? new StoreException.Denied("store " + store + ": " + unaccepted(code))
        : known;
  }

  private static StoreException unanswered(String store, String subject, SdkException failure) {
    if (causes(failure).anyMatch(JsonProcessingException.class::isInstance)) {
      return new StoreException.Malformed(
          "store "
              + store
              + ": the answer for "
              + subject
              + " cannot be understood; check that the endpoint is Secrets Manager");
    }
    return new StoreException.Unavailable(
        "store " + store + ": AWS was not reached for " + subject + ": " + reason(failure), null);
  }

  /** The reason by its class: the texts may name what is not ours to show. */
  private static String reason(SdkException failure) {
    return causes(failure).flatMap(cause -> word(cause).stream()).findFirst().orElse("no answer");
  }

  private static Optional<String> word(Throwable cause) {
    return switch (cause) {
      case ApiCallTimeoutException late -> Optional.of("no answer in time");
      case ApiCallAttemptTimeoutException late -> Optional.of("no answer in time");
      case SocketTimeoutException late -> Optional.of("no answer in time");
      case UnknownHostException name -> Optional.of("the host name does not resolve");
      case NoRouteToHostException route -> Optional.of("no route to the host");
      case ConnectException connect -> Optional.of("the connection was refused");
      case SSLException tls ->
          Optional.of(
              "TLS failed, the certificate is not trusted or for another name; correct 'endpoint',"
                  + " or add its authority to the trust store of the JVM");
      case IOException broken -> Optional.of("the connection broke");
      default -> Optional.empty();
    };
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(10);
  }

  private static String unaccepted(String code) {
    if (EXPIRED.contains(code)) {
      return "the agent's AWS credentials have expired; renew what they come from";
    }
    return WRONG_CLOCK.contains(code)
        ? "AWS refuses the request's time; set the clock of this machine"
        : "AWS does not accept the agent's credentials; check where they come from";
  }

  private static StoreException throttled(String store, Optional<Duration> retryAfter) {
    return new StoreException.Throttled(
        "store " + store + ": AWS wants fewer calls; raise refresh", retryAfter);
  }

  private static StoreException failedItself(String store) {
    return new StoreException.Unavailable(
        "store " + store + ": Secrets Manager failed on its side", null);
  }

  private static String code(AwsServiceException failure) {
    return Optional.ofNullable(failure.awsErrorDetails())
        .map(AwsErrorDetails::errorCode)
        .orElse("");
  }

  private static Optional<Duration> retryAfter(AwsServiceException failure) {
    return Optional.ofNullable(failure.awsErrorDetails())
        .map(AwsErrorDetails::sdkHttpResponse)
        .flatMap(response -> response.firstMatchingHeader("Retry-After"))
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
  }
}
