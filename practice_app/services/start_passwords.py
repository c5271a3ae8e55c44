"""Start passwords that can be read out over a desk: five short words in a row, drawn by chance."""

import secrets

_COUNT = 5

_WORDS = """
acorn amber anchor apple apron arrow autumn badge bagel bamboo banjo barley basket beacon beaver bellow
berry birch biscuit blanket blossom bobbin bonnet border bottle bramble branch breeze bridge bucket buckle
bumble bundle butter button cabin cactus camel candle canoe canvas carpet carrot castle cedar cellar
cheddar cherry chimney cider cinder circle clover cobble cocoa comet compass copper coral corner cotton
cradle crayon cricket crimson crumpet cuckoo cushion daisy damson dapple dolphin domino donkey dragon
drizzle drummer eagle easel ember engine falcon feather fennel ferret fiddle finch flannel flicker flint
flower forest fossil fountain foxglove freckle galaxy garden garlic garnet gather ginger glacier glimmer
goblet goose gravel griddle grotto guitar hammer hamper harbour harvest hazel heather hedge helmet heron
hobby hollow honey hopper hornet humble icicle indigo island ivory jacket jasper jersey jigsaw jingle
jumper jungle juniper kernel kettle kitten ladder lagoon lantern lapwing larch lattice laurel lemon lentil
lichen lilac linen lizard lobster locket lumber lupin magnet mallard mango mantle maple marble market
meadow melon mimosa mirror mitten monsoon mosaic mosses muffin mulberry mussel mustard napkin nectar
needle nettle nickel nimble nugget nutmeg oatmeal ocean olive onion orange orchard otter oyster paddle
pancake panther parcel parsley pebble pelican pencil penguin pepper pewter pickle pigeon pillow piper
planet plover pocket pollen poplar poppy porridge postcard puddle puffin pumpkin puzzle quarry quartz
quilt rabbit radish raffle raisin ramble raven ribbon ripple river robin rocket rosemary rowan rudder
rustle saddle saffron salmon sandal saucer sawdust scarlet scooter shadow shelter shingle shovel silver
skipper slate sleigh snapper snowdrop socket sparrow spindle sprout squirrel stable starling steeple
stirrup sultana summer sunset swallow syrup tambour tangle tartan teapot temple thicket thimble thistle
thunder ticket timber tinder toffee trellis trumpet tulip tumble tunnel turnip turret twinkle umber umpire
valley vanilla velvet violet violin voyage waffle waggon walnut warbler wicket widget willow window winter
wobble woodland wren yarrow yellow yonder zebra zigzag
"""

WORDS = tuple(_WORDS.split())
"""Short, of one spelling, told apart when they are read out; none is rude beside another."""


def suggestion() -> str:
    """A start password nobody can guess and everybody can type; it must be changed at first sign-in."""
    return " ".join(secrets.choice(WORDS) for _ in range(_COUNT))
