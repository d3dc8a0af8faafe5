"""The person who signs in."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from prodops.people.models.recorded import Recorded
from prodops.people.validators import validate_holiday_calendar, validate_time_zone


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def visible_to(self, user):
        """Insiders see everybody who is active; a requester sees only themselves."""
        is_requester = user.role == User.Role.REQUESTER
        return self.filter(pk=user.pk) if is_requester else self.active()

    def with_role(self, *roles):
        return self.filter(role__in=roles, is_active=True)

    def for_display(self):
        return self.order_by("name", "pk")

    def in_directory(self):
        """Active people with their teams, by name."""
        return self.active().prefetch_related("memberships__team").for_display()

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, password=None, **fields):
        """Create a person who can sign in; without a password only a reset lets them in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, role=User.Role.ADMIN, **fields)


class User(AbstractBaseUser):
    """A person of the organisation; the e-mail address is the login."""

    class Role(models.TextChoices):
        REQUESTER = "requester", "Requester"
        CONTRIBUTOR = "contributor", "Contributor"
        OPS = "ops", "Product ops"
        EXECUTIVE = "executive", "Executive"
        ADMIN = "admin", "Admin"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=12, choices=Role, default=Role.REQUESTER)
    time_zone = models.CharField(
        max_length=64, default="Europe/Berlin", validators=[validate_time_zone]
    )
    holiday_calendar = models.CharField(
        max_length=10,
        blank=True,
        validators=[validate_holiday_calendar],
        help_text="Country or region code, such as DE or US-CA; empty is that of the team.",
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects = UserQuerySet.as_manager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_any_case",
                violation_error_message="Somebody has this e-mail address already.",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    role__in=["requester", "contributor", "ops", "executive", "admin"]
                ),
                name="user_role_is_known",
            ),
        ]
        indexes = [models.Index(fields=["name"], name="user_by_name")]
        triggers = [Recorded(ignore=("last_login",))]

    def __str__(self):
        return self.name or self.email

    @property
    def is_staff(self):
        return self.role == self.Role.ADMIN

    @property
    def is_superuser(self):
        return self.is_staff

    def has_perm(self, perm, obj=None):
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label):
        return self.is_active and self.is_staff

    @property
    def handle(self):
        """What follows the @ when somebody mentions this person: the address before its @."""
        return self.email.partition("@")[0]

    def get_short_name(self):
        return self.name.split(" ")[0] if self.name else self.email
