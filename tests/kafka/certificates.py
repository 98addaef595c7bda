"""Certificates for the tests, by openssl: an authority, and whom it signs for.

Not here: what uses them (security.py). Everything is made anew in the folder that is given.
"""
import os
import subprocess

# Keys that are quick to make.
KEY = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]


def _openssl(*arguments, data=""):
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {arguments} ended with {done.returncode}: {done.stderr}")


class Authority:
    """Files: NAME.pem is a certificate, NAME.key its key, NAME.chain.pem both."""

    def __init__(self, folder, name):
        self._folder = folder
        self._name = name
        self._make_key(name)
        _openssl("req", "-x509", "-new", "-key", self.path(name + ".key"), "-out", self.certificate, "-days", "2",
                 "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE")

    @property
    def certificate(self):
        return self.path(self._name + ".pem")

    def path(self, name):
        return os.path.join(self._folder, name)

    def _make_key(self, name):
        _openssl("genpkey", *KEY, "-out", self.path(name + ".key"))

    def sign(self, name, days=2, addresses="IP:127.0.0.1,DNS:localhost"):
        """A certificate for CN=name; with days=0 it is over when it is made."""
        self._make_key(name)
        request = self.path(name + ".csr")
        _openssl("req", "-new", "-key", self.path(name + ".key"), "-out", request, "-subj", f"/CN={name}")
        extensions = self.path(name + ".ext")
        with open(extensions, "w", encoding="utf-8") as file:
            file.write(f"subjectAltName={addresses}\n")
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.path(self._name + ".key"),
                 "-CAcreateserial", "-out", self.path(name + ".pem"), "-days", str(days), "-extfile", extensions)
        with open(self.path(name + ".chain.pem"), "w", encoding="utf-8") as chain:
            for part in (name + ".key", name + ".pem"):
                with open(self.path(part), encoding="utf-8") as file:
                    chain.write(file.read())

    def encrypt_key(self, name, password):
        """NAME.encrypted.key: the same key, for those who know the password."""
        _openssl("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", self.path(name + ".key"),
                 "-out", self.path(name + ".encrypted.key"), "-passout", "stdin", data=password + "\n")
