package dev.postern.store.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

final class CompromisedTagTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "incident 4711",
        "who: me (found on GitHub!) – \"now\", 100 %",
        "ключ 鍵 ünïcödé",
        "\uD83D\uDD11 and \uD801\uDC00",
        "a = b =u2013= =u201",
        "=u2013==u2013=",
        "\ttabs\nand lines"
      })
  void everyMarkComesBackThroughWhatTheServiceTakes(String mark) {
    Tag tag = CompromisedTag.of(new CompromiseFlag(mark));
    assertThat(tag.value()).matches("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,256}");
    assertThat(CompromisedTag.flag(tag).mark()).isEqualTo(mark);
  }

  @Test
  void plainMarksStayReadable() {
    assertThat(CompromisedTag.value("incident 4711: ops@example.com a/b=c"))
        .isEqualTo("incident 4711: ops@example.com a/b=c");
  }

  @Test
  void markThatGrowsTooLongIsCutBetweenCharactersAndStillNamesItsVersion() {
    Version version = new Version("0b5d8c1e-4a5c-4b7e-9b57-1f0f1c0a5a11");
    CompromiseFlag flag = CompromiseFlag.of(version, "!".repeat(300));
    String value = CompromisedTag.value(flag.mark());
    assertThat(value.length()).isLessThanOrEqualTo(256);
    assertThat(value).endsWith("=u0021=");
    assertThat(CompromisedTag.flag(tag(value)).concerns(version)).isTrue();
    assertThat(CompromisedTag.flag(tag(value)).concerns(new Version("other"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void tagWithoutAWordIsAFlagAllTheSame(String value) {
    assertThat(CompromisedTag.flag(tag(value)).concerns(new Version("7"))).isTrue();
  }

  private static Tag tag(String value) {
    return Tag.builder().key(CompromisedTag.KEY).value(value).build();
  }
}
