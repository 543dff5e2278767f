package dev.postern.sidecar.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Says what is wrong with the syntax in words of our own: the parser's texts quote the file, which
 * may hold a pasted secret, and speak of tokens.
 */
final class YamlSyntax {
  private static final Map<String, String> BY_PARSER_TEXT = byParserText();

  private YamlSyntax() {}

  static String explain(MarkedYamlEngineException e) {
    String parserText = e.getContext() + " " + e.getProblem();
    return BY_PARSER_TEXT.entrySet().stream()
        .filter(entry -> parserText.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("not valid YAML here; look for a missing quote, colon or bracket");
  }

  private static Map<String, String> byParserText() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("\\t(TAB)", "a tab cannot indent YAML; use spaces");
    texts.put(
        "found unknown escape character", "unknown escape in double quotes; use single quotes");
    texts.put("while scanning a quoted scalar", "a quoted text is not closed");
    texts.put("while parsing a flow sequence", "a list in brackets lacks a ',' or its ']'");
    texts.put("while parsing a flow mapping", "a mapping in braces lacks a ',' or its '}'");
    texts.put(
        "mapping values are not allowed here",
        "a ':' is not expected here; quote the value, or check the indentation");
    texts.put("could not find expected ':'", "a key without ':'");
    texts.put("while parsing a block mapping", "the indentation does not fit the lines above");
    texts.put("while parsing a block collection", "the indentation does not fit the lines above");
    texts.put("found undefined alias", "anchors and aliases are not accepted; write the value out");
    texts.put("found undefined tag handle", "tags such as !!str are not accepted; remove it");
    texts.put(
        "cannot start any token", "a value cannot begin with this character; quote the value");
    return texts;
  }
}
