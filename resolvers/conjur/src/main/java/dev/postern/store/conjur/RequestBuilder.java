package dev.postern.store.conjur;

import com.cyberark.conjur.sdk.ApiClient;
import com.cyberark.conjur.sdk.ApiException;
import com.cyberark.conjur.sdk.Pair;
import com.cyberark.conjur.sdk.endpoint.AuthenticationApi;
import com.cyberark.conjur.sdk.endpoint.ResourcesApi;
import com.cyberark.conjur.sdk.endpoint.SecretsApi;
import com.cyberark.conjur.sdk.endpoint.StatusApi;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * The requests, as the SDK's generated calls make them. They are taken from it unsent and without a
 * token: sending them is {@link Wire}'s, so that answers stay bytes and are bounded.
 *
 * <p>Ids go in raw, as the SDK encodes them itself, whatever its documentation says.
 */
final class RequestBuilder {
  static final String KIND = "variable";
  private static final MediaType BYTES = MediaType.get("application/octet-stream");

  private final String account;
  private final AuthenticationApi authentication;
  private final SecretsApi secrets;
  private final ResourcesApi resources;
  private final StatusApi status;

  RequestBuilder(URI url, String account, OkHttpClient http) {
    String text = url.toString();
    ApiClient client = new Unswayed();
    client.setHttpClient(http);
    client.setBasePath(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    this.account = account;
    this.authentication = new AuthenticationApi(client);
    this.secrets = new SecretsApi(client);
    this.resources = new ResourcesApi(client);
    this.status = new StatusApi(client);
  }

  Request loginByApiKey(String login, String key) {
    return taken(() -> authentication.getAccessTokenCall(account, login, key, null, null, null));
  }

  Request loginByJwt(String serviceId, String jwt) {
    return taken(
        () -> authentication.getAccessTokenViaJWTCall(account, serviceId, null, jwt, null));
  }

  Request whoAmI() {
    return taken(() -> status.whoAmICall(null, null));
  }

  /** Not the SDK's {@code showResource} itself, which cannot read a resource with annotations. */
  Request describe(String variable) {
    return taken(
        () ->
            resources.showResourceCall(
                account, KIND, variable, null, null, null, null, null, null));
  }

  /** Whether the caller has the privilege. */
  Request check(String privilege, String variable) {
    return taken(
        () ->
            resources.showResourceCall(
                account, KIND, variable, null, privilege, true, null, null, null));
  }

  Request list(int offset, int limit) {
    return taken(
        () ->
            resources.showResourcesForKindCall(
                account, KIND, null, offset, limit, null, null, null, null, null));
  }

  /**
   * @param version null for the newest
   */
  Request read(String variable, @Nullable Integer version) {
    return taken(() -> secrets.getSecretCall(account, KIND, variable, version, null, null));
  }

  /** Values come as base64, so that they are the bytes that were written. */
  Request readMany(List<String> variables) {
    String ids = String.join(",", variables.stream().map(this::fullId).toList());
    return taken(() -> secrets.getSecretsCall(ids, "base64", null, null));
  }

  /**
   * The content type is set again with the body: without one, the server reads the value as a form
   * and refuses those with a stray percent sign.
   */
  Request write(String variable, byte[] value) {
    return taken(() -> secrets.createSecretCall(account, KIND, variable, null, null, "", null))
        .newBuilder()
        .header("Content-Type", BYTES.toString())
        .post(RequestBody.create(value, BYTES))
        .build();
  }

  String fullId(String variable) {
    return account + ":" + KIND + ":" + variable;
  }

  private static Request taken(Building call) {
    try {
      return call.build().request();
    } catch (ApiException e) {
      throw new IllegalStateException("the Conjur SDK refuses to build a request");
    }
  }

  @FunctionalInterface
  private interface Building {
    Call build() throws ApiException;
  }

  /**
   * The SDK's client without its own mind: it would take certificates, logins and keys from {@code
   * CONJUR_*} variables of the environment, and refresh tokens in a way that never recovers.
   */
  private static final class Unswayed extends ApiClient {
    @Override
    public @Nullable InputStream getCertInputStream() {
      return null;
    }

    @Override
    public ApiClient setSslCaCert(@Nullable InputStream authorities) {
      return this;
    }

    @Override
    public void updateParamsForAuth(
        String[] names,
        List<Pair> query,
        Map<String, String> headers,
        Map<String, String> cookies) {}
  }
}
