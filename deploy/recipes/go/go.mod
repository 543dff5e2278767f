module postern.example/send

go 1.19
