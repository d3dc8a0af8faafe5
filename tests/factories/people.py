"""People, teams, areas and functions.

`UserFactory(role="ops")` makes a signed-in kind of person; the password is `PASSWORD`.
"""

import factory
from django.contrib.auth.hashers import make_password

from prodops.people.models import (
    Function,
    FunctionMember,
    Membership,
    ProductArea,
    Team,
    User,
)

PASSWORD = "correct-horse-battery"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person Number{n}")
    role = User.Role.CONTRIBUTOR
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @factory.post_generation
    def teams(self, create, teams, **kwargs):
        """`UserFactory(teams=[team])` makes the person a member of each."""
        for team in teams or ():
            MembershipFactory(team=team, user=self)


class ProductAreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProductArea

    slug = factory.Sequence(lambda n: f"area-{n}")
    name = factory.Sequence(lambda n: f"Area {n}")


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    slug = factory.Sequence(lambda n: f"team-{n}")
    name = factory.Sequence(lambda n: f"Team {n}")
    product_area = factory.SubFactory(ProductAreaFactory)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)


class FunctionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Function

    slug = factory.Sequence(lambda n: f"function-{n}")
    name = factory.Sequence(lambda n: f"Function {n}")


class FunctionMemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FunctionMember

    function = factory.SubFactory(FunctionFactory)
    user = factory.SubFactory(UserFactory)
