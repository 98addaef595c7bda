"""A secured broker: a listener for each way to say who one is, all at the same time, behind ACLs.

Not here: what each may do (access.py).
"""
import os

from certificates import Authority

_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
_OAUTH = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"
PASSWORD = "correct horse"  # a space: it must pass through files and options as it is
TOKEN_LIFE_S = 5


class Security:
    INTERNAL = "INTERNAL"  # the tests' own tools, the brokers, and SASL/PLAIN without TLS
    ADMIN = ("admin", "admin-secret")
    PROTOCOLS = {"TLS": "SSL", "MUTUAL": "SSL", "PLAIN": "SASL_SSL", "SCRAM": "SASL_SSL", "OAUTH": "SASL_PLAINTEXT"}
    LISTENERS = tuple(PROTOCOLS)
    # Who one is there. TLS alone says nothing of the client.
    PRINCIPALS = {"TLS": "ANONYMOUS", "MUTUAL": "client", "PLAIN": "plain", "SCRAM": "scram", "OAUTH": "oauth"}

    def prepare(self, folder):
        """Certificates and passwords, in the cluster's folder."""
        self.folder = folder
        authority = Authority(folder, "authority")
        authority.sign("broker")
        authority.sign("client")
        authority.encrypt_key("client", PASSWORD)
        authority.sign("late", days=0)
        Authority(folder, "stranger").sign("unknown")
        for name, text in (("password", PASSWORD), ("wrong-password", "wrong")):
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(text + "\n")

    def path(self, name):
        return os.path.join(self.folder, name)

    def properties(self):
        """Of the broker."""
        name, password = self.ADMIN
        users = f'user_{name}="{password}" user_plain="{PASSWORD}"'
        plain = f'{_PLAIN} required username="{name}" password="{password}" {users};'
        protocols = {self.INTERNAL: "SASL_PLAINTEXT", "CONTROLLER": "SASL_PLAINTEXT", **self.PROTOCOLS}
        mechanisms = {self.INTERNAL: "PLAIN", "CONTROLLER": "PLAIN", "PLAIN": "PLAIN", "SCRAM": "SCRAM-SHA-512", "OAUTH": "OAUTHBEARER"}
        logins = {"PLAIN": plain, "SCRAM-SHA-512": f"{_SCRAM} required;",
                  "OAUTHBEARER": f'{_OAUTH} required unsecuredLoginStringClaim_sub="{name}";'}
        properties = {
            "listener.security.protocol.map": ",".join(map(":".join, protocols.items())),
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "sasl.mechanism.controller.protocol": "PLAIN",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": self.path("broker.chain.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.path("authority.pem"),
            "listener.name.mutual.ssl.client.auth": "required",
            "listener.name.mutual.ssl.principal.mapping.rules": "RULE:^CN=([^,]+).*$/$1/",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found": "false",
            "super.users": f"User:{name}",
            # Whoever comes with a token is sent away when it is over, and must come back with a new one.
            "listener.name.oauth.oauthbearer.connections.max.reauth.ms": 3_600_000,
        }
        for listener, mechanism in mechanisms.items():
            prefix = f"listener.name.{listener.lower()}"
            properties[f"{prefix}.sasl.enabled.mechanisms"] = mechanism
            properties[f"{prefix}.{mechanism.lower()}.sasl.jaas.config"] = logins[mechanism]
        return properties

    def format_arguments(self):
        """Users that are in the cluster's metadata from its first moment on."""
        return ["--add-scram", f'SCRAM-SHA-512=[name=scram,password="{PASSWORD}"]']

    def admin_properties(self):
        name, password = self.ADMIN
        return {"security.protocol": "sasl_plaintext", "sasl.mechanisms": "PLAIN", "sasl.username": name, "sasl.password": password}

    def client_properties(self, listener):
        """Of a pipeline at this listener, in the terms of `cluster.librdkafka`."""
        properties = {"security.protocol": self.PROTOCOLS[listener].lower()}
        if "SSL" in self.PROTOCOLS[listener].split("_"):
            properties["ssl.ca.location"] = self.path("authority.pem")
        if listener == "MUTUAL":
            properties |= {"ssl.certificate.location": self.path("client.pem"),
                           "ssl.key.location": self.path("client.encrypted.key"),
                           "ssl.key.password_file": self.path("password")}
        if listener in ("PLAIN", "SCRAM"):
            properties |= {"sasl.mechanisms": {"PLAIN": "PLAIN", "SCRAM": "SCRAM-SHA-512"}[listener],
                           "sasl.username": self.PRINCIPALS[listener], "sasl.password_file": self.path("password")}
        if listener == "OAUTH":
            properties |= {"sasl.mechanisms": "OAUTHBEARER", "enable.sasl.oauthbearer.unsecure.jwt": "true",
                           "sasl.oauthbearer.config": f"principal=oauth lifeSeconds={TOKEN_LIFE_S}"}
        return properties
