package dev.postern.sidecar.doctor;

import dev.postern.checkup.Finding;

/**
 * One line of what was found.
 *
 * @param target such as {@code store prod}
 */
public record Row(String target, String check, Finding finding) {}
