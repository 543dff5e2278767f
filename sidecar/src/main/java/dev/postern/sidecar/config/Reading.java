package dev.postern.sidecar.config;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a reader made of one value. */
sealed interface Reading<T> {

  /** Reads on from what was accepted; what was refused stays so. */
  <U> Reading<U> then(Function<T, Reading<U>> next);

  /** What was accepted; the message of what was refused goes to the listener. */
  Optional<T> orTell(Consumer<String> listener);

  record Accepted<T>(T value) implements Reading<T> {
    @Override
    public <U> Reading<U> then(Function<T, Reading<U>> next) {
      return next.apply(value);
    }

    @Override
    public Optional<T> orTell(Consumer<String> listener) {
      return Optional.of(value);
    }
  }

  /** The message repeats the value only through {@link Value#shown()}. */
  record Refused<T>(String message) implements Reading<T> {
    @Override
    public <U> Reading<U> then(Function<T, Reading<U>> next) {
      return refused(message);
    }

    @Override
    public Optional<T> orTell(Consumer<String> listener) {
      listener.accept(message);
      return Optional.empty();
    }
  }

  static <T> Reading<T> of(T value) {
    return new Accepted<>(value);
  }

  static <T> Reading<T> refused(String message) {
    return new Refused<>(message);
  }
}
