package dev.postern.serving;

import dev.postern.SecretName;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** One look at the store, taken on the caller's thread and when the caller wants it. */
public final class ServingLook {
  private static final Method SECRET = method("secret", SecretName.class);
  private static final Method REFRESH =
      method("refresh", ServedSecret.class, SecretServing.FlagListener.class);

  private ServingLook() {}

  public static void at(
      SecretServing serving, SecretName name, SecretServing.FlagListener flagListener) {
    try {
      REFRESH.invoke(serving, SECRET.invoke(serving, name), flagListener);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Method method(String name, Class<?>... parameters) {
    try {
      Method method = SecretServing.class.getDeclaredMethod(name, parameters);
      method.setAccessible(true);
      return method;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("serving has changed: tell its tests", e);
    }
  }
}
