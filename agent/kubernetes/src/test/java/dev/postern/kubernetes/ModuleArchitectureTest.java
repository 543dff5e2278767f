package dev.postern.kubernetes;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the fleet's protocol may know. */
final class ModuleArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.postern.kubernetes");

  @Test
  void noClassCanEvenHoldASecret() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("dev\\.postern\\.(SecretBytes|SecretFields|SecretMemory).*")
        .check(CLASSES);
  }

  @Test
  void theEngineTheStoresAndTheServingAreNotKnownHere() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.postern..")
                .and(
                    not(
                        resideInAnyPackage(
                            "dev.postern",
                            "dev.postern.journal",
                            "dev.postern.kubernetes..",
                            // The question who holds a version is the engine's, and of a fleet it
                            // is answered here: the port for it, and the words of its answer.
                            "dev.postern.consumer"))))
        .check(CLASSES);
  }

  @Test
  void theLibraryStaysBehindThePort() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.Fabric.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8..")
        .check(CLASSES);
  }

  @Test
  void thePortDoesNotKnowTheProtocol() {
    noClasses()
        .that()
        .resideInAPackage("dev.postern.kubernetes.api..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.postern.kubernetes")
        .check(CLASSES);
  }
}
