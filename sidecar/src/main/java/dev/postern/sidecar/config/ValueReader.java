package dev.postern.sidecar.config;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Makes something of one value, or says why not. */
@FunctionalInterface
interface ValueReader<T> {

  Reading<T> read(Value value);

  /** Any of the constants, spelled as the config spells them. */
  static <E extends Enum<E>> ValueReader<E> oneOf(List<E> constants) {
    ValueReader<String> word = wordOf(constants.stream().map(ConfigWord::of).toList());
    return value ->
        word.read(value)
            .then(
                accepted ->
                    Reading.of(
                        constants.stream()
                            .filter(constant -> ConfigWord.of(constant).equals(accepted))
                            .findFirst()
                            .orElseThrow()));
  }

  /** Any of the words. */
  static ValueReader<String> wordOf(Collection<String> words) {
    String expected = words.stream().collect(Collectors.joining(" or "));
    return value -> {
      if (value.isText() && words.contains(value.text())) {
        return Reading.of(value.text());
      }
      String hint = value.isText() ? NearestWord.hint(value.text(), words) : "";
      return Reading.refused("expected " + expected + ", found " + value.shown() + hint);
    };
  }
}
