<?php

declare(strict_types=1);

// Sends each line of the standard input as a message, and counts.

require __DIR__ . '/Postern.php';

$postern = new Postern(getenv('POSTERN_SECRET'), getenv('POSTERN_SOCKET'));
require __DIR__ . (isset($postern->current()['fields']['login']) ? '/smtp.php' : '/http.php');

$sent = $failed = 0;
while (($line = fgets(STDIN)) !== false) {
    $message = ['from' => getenv('MAIL_FROM'), 'to' => getenv('MAIL_TO')];
    try {
        $postern->send(deliver(...), $message + ['subject' => trim($line), 'text' => $line]);
        $sent++;
    } catch (Exception $error) {
        $failed++;
        fwrite(STDERR, "not sent: {$error->getMessage()}\n");
    }
}
echo "sent=$sent failed=$failed\n";
exit($failed > 0 ? 1 : 0);
