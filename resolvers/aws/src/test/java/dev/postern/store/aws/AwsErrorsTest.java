package dev.postern.store.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.store.StoreException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

final class AwsErrorsTest {
  private static final String CANARY = "canary-of-a-body";

  @ParameterizedTest
  @CsvSource({
    "400, ResourceNotFoundException, NotFound",
    "404, ResourceNotFoundException, NotFound",
    "400, InvalidRequestException, NotFound",
    "400, AccessDeniedException, Denied",
    "403, AccessDenied, Denied",
    "400, UnrecognizedClientException, Denied",
    "403, InvalidSignatureException, Denied",
    "400, ExpiredTokenException, Denied",
    "400, RequestExpired, Denied",
    "403, '', Denied",
    "401, Surprise, Denied",
    "400, DecryptionFailure, Denied",
    "400, LimitExceededException, Denied",
    "400, ResourceExistsException, Conflict",
    "400, InvalidParameterException, Malformed",
    "400, ValidationException, Malformed",
    "400, Surprise, Malformed",
    "400, ThrottlingException, Throttled",
    "400, RequestLimitExceeded, Throttled",
    "429, Surprise, Throttled",
    "500, InternalServiceError, Unavailable",
    "400, InternalServiceError, Unavailable",
    "503, '', Unavailable"
  })
  void everyAnswerHasItsPlace(int status, String code, String expected) {
    StoreException translated = AwsErrors.translate("aws", "mail/sending", answer(status, code));
    assertThat(translated.getClass().getSimpleName()).isEqualTo(expected);
    assertThat(translated).hasNoCause();
    assertThat(translated.getMessage()).startsWith("store aws: ").doesNotContain(CANARY);
  }

  @Test
  void throttlingPassesOnHowLongToStayAway() {
    assertThat(AwsErrors.translate("aws", "x", answer(400, "ThrottlingException")).retryAfter())
        .contains(Duration.ofSeconds(7));
  }

  @Test
  void failuresBeforeAnAnswerAreNamedByTheirKind() {
    assertThat(unanswered(new ConnectException(CANARY))).contains("the connection was refused");
    assertThat(unanswered(new UnknownHostException(CANARY))).contains("does not resolve");
    assertThat(unanswered(new SSLHandshakeException(CANARY))).contains("TLS failed");
    assertThat(unanswered(new IOException(CANARY))).contains("the connection broke");
    assertThat(unanswered(new IllegalArgumentException(CANARY))).contains("no answer");
    assertThat(AwsErrors.translate("aws", "x", ApiCallTimeoutException.create(1)))
        .isInstanceOf(StoreException.Unavailable.class)
        .hasMessageContaining("no answer in time");
  }

  private static String unanswered(Exception cause) {
    StoreException translated =
        AwsErrors.translate("aws", "x", SdkClientException.create(CANARY, cause));
    assertThat(translated).isInstanceOf(StoreException.Unavailable.class).hasNoCause();
    assertThat(translated.getMessage()).doesNotContain(CANARY);
    return translated.getMessage();
  }

  private static SdkException answer(int status, String code) {
    AwsServiceException.Builder builder =
        SecretsManagerException.builder()
            .statusCode(status)
            .message(CANARY)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .errorCode(code)
                    .errorMessage(CANARY)
                    .sdkHttpResponse(
                        SdkHttpResponse.builder()
                            .statusCode(status)
                            .putHeader("Retry-After", "7")
                            .build())
                    .build());
    return builder.build();
  }
}
