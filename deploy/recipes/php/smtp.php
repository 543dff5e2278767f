<?php

declare(strict_types=1);

use PHPMailer\PHPMailer\PHPMailer;
use PHPMailer\PHPMailer\SMTP;

// Where Debian's libphp-phpmailer is; vendor/autoload.php with Composer.
require_once 'libphp-phpmailer/autoload.php';

/** PHPMailer's own exception does not tell a refused login from a server that is busy. */
final class LoginSmtp extends SMTP
{
    public function authenticate($username, $password, $authtype = null, $OAuth = null)
    {
        $taken = parent::authenticate($username, $password, $authtype, $OAuth);
        if (!$taken && (int) $this->getError()['smtp_code'] === 535) {
            throw new Refused('the provider refuses the login');
        }
        return $taken;
    }
}

function deliver(array $secret, array $message): void
{
    $mail = new PHPMailer(true);
    $mail->isSMTP();
    $mail->setSMTPInstance(new LoginSmtp());
    $mail->Host = $secret['attributes']['smtp_host'];
    $mail->Port = (int) $secret['attributes']['smtp_port'];
    $mail->SMTPSecure = PHPMailer::ENCRYPTION_STARTTLS;
    $mail->SMTPAuth = true;
    $mail->Username = $secret['fields']['login'];
    $mail->Password = $secret['fields']['password'];
    $mail->setFrom($message['from']);
    $mail->addAddress($message['to']);
    $mail->Subject = $message['subject'];
    $mail->Body = $message['text'];
    $mail->send();
}
