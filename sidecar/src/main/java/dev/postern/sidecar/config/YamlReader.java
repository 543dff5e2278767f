package dev.postern.sidecar.config;

import dev.postern.sidecar.config.YamlNode.Entry;
import dev.postern.sidecar.config.YamlNode.Mapping;
import dev.postern.sidecar.config.YamlNode.Scalar;
import dev.postern.sidecar.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;

/**
 * Builds the tree from the parser's events rather than by the library's composer: what a config
 * does not need (aliases, tags, further documents, deep nesting) is refused at its first event,
 * before it can cost anything.
 */
final class YamlReader {
  /** A config nests six levels; the limit keeps the recursion here far from the stack's end. */
  private static final int MAX_DEPTH = 16;

  private final Iterator<Event> events;
  private int depth;

  private YamlReader(String text) {
    LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /** The document, or nothing when there is none or a problem was told. */
  static Optional<YamlNode> read(String text, Problems problems) {
    try {
      return new YamlReader(text).document();
    } catch (Refused refused) {
      problems.error(refused.position, "", refused.reason);
    } catch (MarkedYamlEngineException e) {
      Position position = positionOf(e.getProblemMark().or(e::getContextMark));
      problems.error(position, "", YamlSyntax.explain(e));
    } catch (YamlVersionException e) {
      problems.error(
          Position.FILE, "", "this is YAML of a version other than 1; remove the %YAML line");
    } catch (RuntimeException e) {
      // The parser leaves some malformed escapes and directives to the JDK's own exceptions, whose
      // texts repeat the input.
      problems.error(Position.FILE, "", "not valid YAML");
    }
    return Optional.empty();
  }

  private Optional<YamlNode> document() {
    Optional<YamlNode> root = Optional.empty();
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof DocumentStartEvent && root.isPresent()) {
        throw new Refused(event, "a second document begins here; a config is one YAML document");
      }
      if (event instanceof NodeEvent node) {
        root = Optional.of(node(node));
      }
    }
    return root;
  }

  private YamlNode node(Event event) {
    if (event instanceof AliasEvent
        || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
      throw new Refused(event, "anchors and aliases are not accepted; write the value out");
    }
    if (event instanceof ScalarEvent scalar) {
      refuseTag(scalar, scalar.getTag());
      return Scalar.of(scalar.getValue(), scalar.isPlain(), positionOf(scalar.getStartMark()));
    }
    if (event instanceof CollectionStartEvent collection) {
      refuseTag(collection, collection.getTag());
      if (++depth > MAX_DEPTH) {
        throw new Refused(collection, "nested deeper than " + MAX_DEPTH + " levels");
      }
      YamlNode node = collection(collection);
      depth--;
      return node;
    }
    throw new IllegalStateException("unexpected event " + event.getEventId());
  }

  private YamlNode collection(CollectionStartEvent start) {
    Position position = positionOf(start.getStartMark());
    return start instanceof MappingStartEvent
        ? new Mapping(entries(), position)
        : new Sequence(items(), position);
  }

  private List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Event event = events.next(); event instanceof NodeEvent; event = events.next()) {
      if (!(node(event) instanceof Scalar key)) {
        throw new Refused(event, "a key must be a text");
      }
      entries.add(new Entry(key, node(events.next())));
    }
    return entries;
  }

  private List<YamlNode> items() {
    List<YamlNode> items = new ArrayList<>();
    for (Event event = events.next(); event instanceof NodeEvent; event = events.next()) {
      items.add(node(event));
    }
    return items;
  }

  private static void refuseTag(Event event, Optional<String> tag) {
    if (tag.isPresent()) {
      throw new Refused(event, "tags such as !!str are not accepted; remove it");
    }
  }

  private static Position positionOf(Optional<Mark> mark) {
    return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.FILE);
  }

  /** Ends the reading; never leaves this class. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Position position;
    private final String reason;

    Refused(Event event, String reason) {
      super(reason, null, false, false);
      this.position = positionOf(event.getStartMark());
      this.reason = reason;
    }
  }
}
