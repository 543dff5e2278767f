package dev.postern.sidecar.config;

/** What a reader made of one value. */
sealed interface Reading<T> {

  record Accepted<T>(T value) implements Reading<T> {}

  /** The message repeats the value only through {@link Value#shown()}. */
  record Refused<T>(String message) implements Reading<T> {}

  static <T> Reading<T> of(T value) {
    return new Accepted<>(value);
  }

  static <T> Reading<T> refused(String message) {
    return new Refused<>(message);
  }
}
